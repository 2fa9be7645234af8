import type { Circuit } from "../../circuit/index.ts";
import {
  assertPairedInputs,
  type OutputKind,
  type PairedInputs,
  type Refuse,
  refuseTask,
} from "../../interventions/index.ts";
import { keptPositions } from "../../transformer/index.ts";

/** A transformer and the inputs, or pairs of them, on which its circuit is looked for: plain data. */
export interface DiscoveryTask extends PairedInputs, OutputKind {
  readonly categorical: boolean;
  /** What is right for the clean inputs, `[row, pos]`: class ids, or numbers. For task losses. */
  readonly targets?: ArrayLike<number>;
  /** What is right for the corrupted inputs, `[row, pos]`. For losses that compare both. */
  readonly corruptedTargets?: ArrayLike<number>;
  /** Wrong answers for the clean inputs, `[row, pos]`, in place of the corrupted targets: for `avg_diff`. */
  readonly foils?: ArrayLike<number>;
  /** The true circuit, at head granularity. Only for algorithms that say that they need it. */
  readonly truth?: Circuit;
}

const refuse: Refuse = refuseTask("the discovery task is not usable");

/**
 * Throws `E_TASK` unless the parts of a task fit together: all inputs are `[row, pos]` token ids of
 * the transformer, at least one position counts, and classes come from more than one logit; `E_NUMBER`
 * for weights that are not finite.
 * Targets are checked when they are needed: see {@link keptTargets}.
 */
export function assertTask(task: DiscoveryTask): void {
  assertPairedInputs(task, refuse);
  if (task.categorical && task.transformer.config.dVocabOut < 2) {
    refuse("categorical", "false for a transformer with a single output", "true");
  }
}

/** The targets of a task by name. */
export type TargetName = "targets" | "corruptedTargets" | "foils";

/**
 * The targets at the positions that count, `[row, keptPos]`.
 *
 * Throws `E_TASK` when they are missing, when there is not one for each row and position, and
 * when one is no class id of the transformer, or no finite number of 32 bits.
 */
export function keptTargets(task: DiscoveryTask, name: TargetName, neededBy: string): Float32Array {
  const { rows, positions, categorical, transformer } = task;
  const values = task[name];
  if (values === undefined) {
    const hint = `In a file of prompts they are the key "${name}".`;
    refuse(name, `[row, pos] targets, which ${neededBy} needs`, "nothing", hint);
  }
  if (values.length !== rows * positions) {
    refuse(name, `${rows} rows of ${positions} targets`, `${values.length} values`);
  }
  const kept = keptPositions(task);
  const count = kept.length;
  const classes = transformer.config.dVocabOut;
  const isTarget = (x: number) =>
    categorical ? Number.isInteger(x) && x >= 0 && x < classes : Number.isFinite(Math.fround(x));
  const found = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < count; i++) {
      const position = kept[i]!;
      const value = values[row * positions + position]!;
      if (!isTarget(value)) {
        refuse(
          `${name}, row ${row}, position ${position}`,
          categorical ? `a class id from 0 to ${classes - 1}` : "a finite number of 32 bits",
          Number.isNaN(value) ? "none" : String(value),
        );
      }
      found[row * count + i] = value;
    }
  }
  return found;
}
