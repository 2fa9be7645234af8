import { type Buffer, sub, type Tensor } from "../engine/index.ts";
import {
  isBroken,
  loadReadings,
  partsOf,
  targetInput,
  type WeightedRows,
} from "../interventions/index.ts";
import { logitsNeeded } from "../transformer/index.ts";
import { counted, countedPositions, type Subject } from "./subject.ts";

/** 1 where logits `[pos, output]` are wrong, against the sample input `label`. */
export function wrongOutputs(subject: Subject, logits: Tensor, atol: number): Tensor {
  const { model, task } = subject;
  const label = targetInput("label", task, model.config.dVocabOut);
  return isBroken(task, counted(subject, logits), counted(subject, label), atol);
}

/** Which outputs of the model itself are right, in the order of the inputs. */
export interface RightOutputs {
  /** `[i, counted pos, …]`: 1 where right. */
  readonly table: Buffer;
  /** How many are, `[i]`. */
  readonly counts: Float64Array;
  /** How many outputs an input has. */
  readonly width: number;
}

/** Looks which outputs of the model itself are right. The table is the caller's to free. */
export function measureRightOutputs(
  subject: Subject,
  inputs: WeightedRows,
  atol: number,
): RightOutputs {
  const { model, task, backend, labelTable } = subject;
  const own = loadReadings({
    ...subject.runs,
    logitsAt: logitsNeeded(task),
    read: ({ logits }) => ({ right: sub(1, wrongOutputs(subject, logits, atol)) }),
  });
  const outputs = task.categorical ? 1 : model.config.dVocabOut;
  const width = countedPositions(subject).length * outputs;
  const table = backend.buffer(inputs.rows.length * width);
  const counts = new Float64Array(inputs.rows.length);
  for (const { rows, offset } of partsOf(inputs, subject.runSize)) {
    const { right } = own.run(rows, { label: { table: labelTable, rows } });
    table.write(right, offset * width);
    for (const [i, value] of right.entries()) counts[offset + Math.floor(i / width)]! += value;
  }
  own.dispose();
  return { table, counts, width };
}
