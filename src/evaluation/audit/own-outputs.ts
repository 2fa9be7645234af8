import type { Binding, Buffer } from "../../engine/index.ts";
import { inputCount } from "../../training/index.ts";
import { measureRightOutputs } from "../right-outputs.ts";
import { cleanLogits, type Subject } from "../subject.ts";

/** What the model itself gives on some inputs, each looked at once. */
export interface OwnOutputs {
  /** For each of these inputs `[counted pos, …]`: 1 where its output is right. */
  right(rows: Uint32Array): Binding;
  /** For each of these inputs its logits `[counted pos, output]`. */
  logits(rows: Uint32Array): Binding;
  /** The share of the outputs on these inputs that are right, each as often as it comes. */
  accuracy(rows: Uint32Array): number;
  dispose(): void;
}

/** Runs the model on the distinct ones among some inputs. */
export function ownOutputs(subject: Subject, wanted: Uint32Array, atol: number): OwnOutputs {
  const rows = Uint32Array.from(new Set(wanted));
  const slots = new Uint32Array(inputCount(subject.task));
  for (const [slot, row] of rows.entries()) slots[row] = slot;
  const right = measureRightOutputs(
    subject,
    { rows, weights: new Float64Array(rows.length).fill(1) },
    atol,
  );
  const logits: Buffer = cleanLogits(subject, rows);
  const at = (some: Uint32Array) => some.map((row) => slots[row]!);
  return {
    right: (some) => ({ table: right.table, rows: at(some) }),
    logits: (some) => ({ table: logits, rows: at(some) }),
    accuracy: (some) => {
      let total = 0;
      for (const row of some) total += right.counts[slots[row]!]!;
      return total / (some.length * right.width);
    },
    dispose: () => {
      right.table.dispose();
      logits.dispose();
    },
  };
}
