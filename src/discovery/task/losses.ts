import {
  abs,
  crossEntropy,
  exp,
  logSoftmax,
  mean,
  mul,
  neg,
  pick,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  type Values,
} from "../../engine/index.ts";
import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import { CLEAN_LOGITS, type SampleInputs, sampleInputs } from "../../interventions/index.ts";
import type { OutputOptions } from "../algorithm/options.ts";
import { type DiscoveryTask, keptTargets, type TargetName } from "./task.ts";

/** How a run is judged: see {@link rowLoss}. */
export const LOSSES = ["faithfulness", "kl_div", "avg_diff", "mae", "mse"] as const;
export type LossName = (typeof LOSSES)[number];

/** Losses that compare with the task's targets; the names are those of the original's options. */
export const TASK_LOSSES = ["kl_div", "avg_diff", "mae", "mse"] as const;
export type TaskLossName = (typeof TASK_LOSSES)[number];

interface LossDefinition {
  /** Whether it is for classes or numbers; `undefined`: for both. */
  readonly categorical: boolean | undefined;
  readonly targets: readonly TargetName[];
}

const DEFINITIONS: { readonly [L in LossName]: LossDefinition } = {
  faithfulness: { categorical: undefined, targets: [] },
  kl_div: { categorical: true, targets: ["targets"] },
  avg_diff: { categorical: true, targets: ["targets", "corruptedTargets"] },
  mae: { categorical: false, targets: ["targets"] },
  mse: { categorical: false, targets: ["targets", "corruptedTargets"] },
};

/** The task losses that fit some outputs only: the original has an option for each kind. */
export const LOSSES_BY_OUTPUTS: OutputOptions = {
  classes: { name: "classificationLossFn", values: taskLossesOf(true) },
  numbers: { name: "regressionLossFn", values: taskLossesOf(false) },
};

function taskLossesOf(categorical: boolean): TaskLossName[] {
  return TASK_LOSSES.filter((loss) => DEFINITIONS[loss].categorical === categorical);
}

/** The task loss that EAP uses unless told otherwise, as in the original: `kl_div` or `mae`. */
export function defaultTaskLoss({ categorical }: Pick<DiscoveryTask, "categorical">): TaskLossName {
  return categorical ? "kl_div" : "mae";
}

/** Throws `E_LOSS` for unknown losses, and when one is for the other kind of outputs. */
export function assertLoss(task: DiscoveryTask, loss: LossName): void {
  if (!Object.hasOwn(DEFINITIONS, loss)) throw unknownNameError("E_LOSS", "loss", loss, LOSSES);
  const { categorical, targets } = DEFINITIONS[loss];
  if (categorical !== undefined && categorical !== task.categorical) {
    const fits = (name: LossName) =>
      [undefined, task.categorical].includes(DEFINITIONS[name].categorical);
    throw new InterpBenchError("E_LOSS", `the loss "${loss}" does not fit the task`, {
      expected: `${LOSSES.filter(fits).join(" or ")}, for ${task.categorical ? "classes" : "numbers"}`,
      received: loss,
    });
  }
  if (!task.categorical && targets.length > 0) assertSingleOutput(task, `the loss "${loss}"`);
}

/** Throws `E_LOSS` when a transformer has several outputs: the targets of numbers are of one. */
export function assertSingleOutput({ transformer }: DiscoveryTask, what: string): void {
  const { dVocabOut } = transformer.config;
  if (dVocabOut === 1) return;
  throw new InterpBenchError("E_LOSS", `${what} is for a single output`, {
    expected: "dVocabOut 1",
    received: String(dVocabOut),
  });
}

/**
 * The loss of one row, `[]`, from its logits `[keptPos, class]`. Over the kept positions p:
 *
 * - `faithfulness`: distance from the transformer's own clean output. Classes: mean over p of
 *   KL(clean ‖ run), summed over classes, in nats. Numbers: mean squared difference.
 * - `kl_div`: Σ_p −log softmax(run)[target], the cross-entropy summed over positions.
 * - `avg_diff`: −mean_p (logit[target] − logit[foil]), the logit difference; foils are the corrupted
 *   targets unless the task has its own.
 * - `mae`: mean_p |run − target|.
 * - `mse`: mean_p (run − target)² − mean_p (run − corrupted target)².
 *
 * The loss of a task is the mean of its rows. Inputs of the graph: `cleanLogits`, `targets`,
 * `corruptedTargets`, as far as needed: see {@link lossTargets}.
 */
export function rowLoss(
  task: Pick<DiscoveryTask, "categorical">,
  loss: LossName,
  logits: Tensor,
  input: SampleInputs = sampleInputs(),
): Tensor {
  const [count = 0] = logits.shape;
  const targets = () => input("targets", [count]);
  const corrupted = () => input("corruptedTargets", [count]);
  const numbers = () => reshape(logits, [count]);
  switch (loss) {
    case "faithfulness": {
      const clean = input(CLEAN_LOGITS, logits.shape);
      if (!task.categorical) return mean(square(sub(logits, clean)));
      const log = logSoftmax(clean);
      const divergence = sum(mul(exp(log), sub(log, logSoftmax(logits))));
      return mul(divergence, 1 / count);
    }
    case "kl_div":
      return sum(crossEntropy(logits, targets()));
    case "avg_diff":
      return neg(mean(sub(pick(logits, targets()), pick(logits, corrupted()))));
    case "mae":
      return mean(abs(sub(numbers(), targets())));
    case "mse":
      return sub(
        mean(square(sub(numbers(), targets()))),
        mean(square(sub(numbers(), corrupted()))),
      );
  }
}

/**
 * The answers of a task that a loss compares with, each with what needs it: what a graph reads as targets,
 * or corrupted targets, may be another table. Throws as {@link assertLoss}.
 */
export function lossAnswers(
  task: DiscoveryTask,
  loss: LossName,
): { readonly [T in TargetName]?: string } {
  assertLoss(task, loss);
  const sources = DEFINITIONS[loss].targets.map((name) => sourceOf(task, loss, name));
  return Object.fromEntries(sources.map((name) => [name, neededBy(loss)]));
}

/** The targets that a loss reads, at the kept positions, by input name. Throws as {@link keptTargets}. */
export function lossTargets(task: DiscoveryTask, loss: LossName): Record<string, Values> {
  assertLoss(task, loss);
  return Object.fromEntries(
    DEFINITIONS[loss].targets.map((name) => [
      name,
      keptTargets(task, sourceOf(task, loss, name), neededBy(loss)),
    ]),
  );
}

const neededBy = (loss: LossName) => `the loss "${loss}"`;

/** The table in which a task has what a loss reads as these targets. */
function sourceOf({ foils }: DiscoveryTask, loss: LossName, name: TargetName): TargetName {
  const isFoil = loss === "avg_diff" && name === "corruptedTargets" && foils !== undefined;
  return isFoil ? "foils" : name;
}

/**
 * The mean of the rows' losses under their weights, in float64. Throws `E_NUMBER` when it is not
 * finite: nothing could be decided from it.
 */
export function meanLoss(losses: Values, weights: Float64Array): number {
  let total = 0;
  for (let row = 0; row < weights.length; row++) total += losses[row]! * weights[row]!;
  if (Number.isFinite(total)) return total;
  throw new InterpBenchError("E_NUMBER", "the loss of a run is not a finite number", {
    received: String(total),
    hint: "Does the transformer have infinite or NaN weights, or overflow float32?",
  });
}
