import { oneHot, reshape, type Tensor } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import {
  CLEAN_LOGITS,
  meanCrossEntropy,
  meanDivergence,
  meanSquaredError,
  type OutputKind,
  type SampleInputs,
} from "../../interventions/index.ts";
import { assertSingleOutput } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** How a masked run is compared: see {@link maskedLoss}; the names are those of the original's options. */
export const METRICS = ["l2", "kl"] as const;
export type Metric = (typeof METRICS)[number];

/** What a masked run is compared with: the task's targets, or the transformer's own clean output. */
export const TARGETS = ["labels", "model"] as const;
export type Target = (typeof TARGETS)[number];

/** What masks are trained for, besides few of them. */
export interface MaskObjective {
  readonly metric: Metric;
  readonly target: Target;
}

/** The metric that fits a task: `kl` for classes, `l2` for numbers. */
export function defaultMetric({ categorical }: OutputKind): Metric {
  return categorical ? "kl" : "l2";
}

/** Throws `E_LOSS` when an objective is for the other kind of outputs, or for one output only. */
export function assertObjective(task: DiscoveryTask, { metric, target }: MaskObjective): void {
  if (metric === "kl" && !task.categorical) {
    throw new InterpBenchError("E_LOSS", 'the metric "kl" does not fit the task', {
      expected: "l2, for numbers",
      received: "kl",
    });
  }
  if (!task.categorical && target === "labels") {
    assertSingleOutput(task, 'the target "labels"');
  }
}

/** What needs targets, in errors. */
export const LABELS_NEED = 'the target "labels" (unlike "model")';

/** The answers of a task that an objective compares with. Throws as {@link assertObjective}. */
export function objectiveAnswers(
  task: DiscoveryTask,
  objective: MaskObjective,
): { readonly targets?: string } {
  assertObjective(task, objective);
  return objective.target === "labels" ? { targets: LABELS_NEED } : {};
}

/**
 * The distance of one row from its target, `[]`, from its logits `[keptPos, class]`:
 *
 * - `l2`: mean over positions and outputs of (run − target)²; labels of classes are one-hot vectors.
 * - `kl`: mean over positions of KL(target ‖ run), summed over classes, in nats; of labels that is
 *   −log softmax(run)[label].
 *
 * Reads the sample inputs `targets` or `cleanLogits`.
 */
export function maskedLoss(
  task: OutputKind,
  { metric, target }: MaskObjective,
  logits: Tensor,
  input: SampleInputs,
): Tensor {
  const [positions = 0, outputs = 0] = logits.shape;
  const clean = () => input(CLEAN_LOGITS, logits.shape);
  const labels = () => input("targets", [positions]);
  if (metric === "kl") {
    return target === "model"
      ? meanDivergence(clean(), logits)
      : meanCrossEntropy(logits, labels());
  }
  if (target === "model") return meanSquaredError(logits, clean());
  const wanted = task.categorical ? oneHot(labels(), outputs) : reshape(labels(), [positions, 1]);
  return meanSquaredError(logits, wanted);
}
