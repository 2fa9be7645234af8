import {
  crossEntropy,
  neg,
  reshape,
  sub,
  sum,
  type Tensor,
  type Values,
} from "../../engine/index.ts";
import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import {
  CLEAN_LOGITS,
  logitDifference,
  meanAbsoluteError,
  meanDivergence,
  meanSquaredError,
  type OutputKind,
  type SampleInputs,
  sampleInputs,
} from "../../interventions/index.ts";
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
  /** The sample inputs with targets, `[keptPos]` each, and which they are: the first that a task has. */
  readonly targets: Readonly<Record<string, readonly TargetName[]>>;
  /** The loss of one row, `[]`, from its logits `[keptPos, class]` and sample inputs. */
  readonly of: (logits: Tensor, input: LossInputs, outputs: OutputKind) => Tensor;
}

/** What losses compare with. */
interface LossInputs {
  /** One of the definition's targets, `[keptPos]`. */
  target(name: string): Tensor;
  /** The logits of the clean run, `[keptPos, class]`. */
  clean(): Tensor;
}

/** The only output at each position, `[keptPos]`. */
const numbers = (logits: Tensor): Tensor => reshape(logits, [logits.shape[0]!]);

const DEFINITIONS: { readonly [L in LossName]: LossDefinition } = {
  faithfulness: {
    categorical: undefined,
    targets: {},
    of: (logits, { clean }, { categorical }) =>
      categorical ? meanDivergence(clean(), logits) : meanSquaredError(logits, clean()),
  },
  kl_div: {
    categorical: true,
    targets: { right: ["targets"] },
    of: (logits, { target }) => sum(crossEntropy(logits, target("right"))),
  },
  avg_diff: {
    categorical: true,
    targets: { right: ["targets"], wrong: ["foils", "corruptedTargets"] },
    of: (logits, { target }) => neg(logitDifference(logits, target("right"), target("wrong"))),
  },
  mae: {
    categorical: false,
    targets: { right: ["targets"] },
    of: (logits, { target }) => meanAbsoluteError(numbers(logits), target("right")),
  },
  mse: {
    categorical: false,
    targets: { right: ["targets"], other: ["corruptedTargets"] },
    of: (logits, { target }) =>
      sub(
        meanSquaredError(numbers(logits), target("right")),
        meanSquaredError(numbers(logits), target("other")),
      ),
  },
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

/**
 * The loss that sets the right answer against another one, and is below 0 where the right one leads: `avg_diff` or
 * `mse`.
 */
export function contrastLoss({ categorical }: Pick<DiscoveryTask, "categorical">): TaskLossName {
  return categorical ? "avg_diff" : "mse";
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
  if (!task.categorical && Object.keys(targets).length > 0)
    assertSingleOutput(task, `the loss "${loss}"`);
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
 * The loss of a task is the mean of its rows. Sample inputs: {@link CLEAN_LOGITS} or the targets of
 * {@link lossTargets}, as far as needed.
 */
export function rowLoss(
  task: OutputKind,
  loss: LossName,
  logits: Tensor,
  input: SampleInputs = sampleInputs(),
): Tensor {
  const [count = 0] = logits.shape;
  const inputs: LossInputs = {
    target: (name) => input(targetName(name), [count]),
    clean: () => input(CLEAN_LOGITS, logits.shape),
  };
  return DEFINITIONS[loss].of(logits, inputs, task);
}

const targetName = (name: string): string => `target:${name}`;

/** The targets of a task that a loss reads, by their names in its definition. Throws as {@link assertLoss}. */
function chosenTargets(task: DiscoveryTask, loss: LossName): (readonly [string, TargetName])[] {
  assertLoss(task, loss);
  return Object.entries(DEFINITIONS[loss].targets).map(([name, choices]) => [
    name,
    choices.find((choice) => task[choice] !== undefined) ?? choices.at(-1)!,
  ]);
}

/** The answers of a task that a loss compares with, each with what needs it. Throws as {@link assertLoss}. */
export function lossAnswers(
  task: DiscoveryTask,
  loss: LossName,
): { readonly [T in TargetName]?: string } {
  const chosen = chosenTargets(task, loss).map(([, target]) => [target, neededBy(loss)]);
  return Object.fromEntries(chosen);
}

/** The targets that a loss reads, at the kept positions, by input name. Throws as {@link keptTargets}. */
export function lossTargets(task: DiscoveryTask, loss: LossName): Record<string, Values> {
  return Object.fromEntries(
    chosenTargets(task, loss).map(([name, target]) => [
      targetName(name),
      keptTargets(task, target, neededBy(loss)),
    ]),
  );
}

const neededBy = (loss: LossName) => `the loss "${loss}"`;

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
