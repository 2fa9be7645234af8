import {
  abs,
  argmax,
  crossEntropy,
  equal,
  less,
  mean,
  type Shape,
  sampleInput,
  square,
  sub,
  type Tensor,
} from "../engine/index.ts";
import { atKeptPositions, type PositionFacts } from "../transformer/index.ts";

/** What of a task decides how its outputs are compared. */
export interface OutputFacts extends PositionFacts {
  /** Whether outputs are classes (arg-max of the logits), or numbers. */
  readonly categorical: boolean;
}

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
 * Cross-entropy of classes, mean over positions: `−mean_p log softmax(logits[p])[classes[p]]`.
 *
 * `logits [pos, class]`, `classes [pos]` (ids) → `[]` per sequence, in nats.
 */
export function meanCrossEntropy(logits: Tensor, classes: Tensor): Tensor {
  return mean(crossEntropy(logits, classes));
}

/**
 * Mean squared error over positions and outputs: `mean (outputs − targets)²`.
 *
 * `outputs [pos, output]`, `targets [pos, output]` → `[]` per sequence.
 */
export function meanSquaredError(outputs: Tensor, targets: Tensor): Tensor {
  return mean(square(sub(outputs, targets)));
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
