import {
  abs,
  argmax,
  equal,
  less,
  mean,
  type Shape,
  sampleInput,
  sub,
  type Tensor,
} from "../../engine/index.ts";
import { atKeptPositions, logitsNeeded } from "../../transformer/index.ts";
import type { TrainingTask } from "../task.ts";
import { meanCrossEntropy } from "./cross-entropy.ts";
import { meanSquaredError } from "./mean-squared-error.ts";

export { atKeptPositions, logitsNeeded };

/** What of a task decides how its outputs are compared. */
export type OutputFacts = Pick<TrainingTask, "categorical" | "positions" | "outputPositions">;

/** Distance below which a number counts as right. The original's `atol`. */
export const DEFAULT_TOLERANCE = 0.05;

/** Shape of one sequence's targets: class ids `[pos]`, or numbers `[pos, output]`. */
export function targetShape({ categorical, positions }: OutputFacts, outputs: number): Shape {
  return categorical ? [positions] : [positions, outputs];
}

/** The sample input `name` with targets at all positions ({@link targetShape}). */
export function targetInput(name: string, facts: OutputFacts, outputs: number): Tensor {
  return sampleInput(name, targetShape(facts, outputs));
}

/**
 * The loss of logits `[pos, output]` against targets, mean over the positions that count:
 * cross-entropy of classes, or squared error of numbers. `[]` per sequence.
 */
export function outputLoss(facts: OutputFacts, logits: Tensor, targets: Tensor): Tensor {
  const [outputs, wanted] = [atKeptPositions(facts, logits), atKeptPositions(facts, targets)];
  return facts.categorical ? meanCrossEntropy(outputs, wanted) : meanSquaredError(outputs, wanted);
}

/** 1 where an output is right, else 0: the class is the target, or the number is within `atol`. */
export function rightOutputs(
  facts: OutputFacts,
  logits: Tensor,
  targets: Tensor,
  atol: number = DEFAULT_TOLERANCE,
): Tensor {
  return facts.categorical ? equal(argmax(logits), targets) : less(abs(sub(logits, targets)), atol);
}

/** The fraction of the counting positions at which the output is right. `[]` per sequence. */
export function outputAccuracy(
  facts: OutputFacts,
  logits: Tensor,
  targets: Tensor,
  atol: number = DEFAULT_TOLERANCE,
): Tensor {
  const [outputs, wanted] = [atKeptPositions(facts, logits), atKeptPositions(facts, targets)];
  return mean(rightOutputs(facts, outputs, wanted, atol));
}
