import { mean, type Shape, sampleInput, type Tensor } from "../engine/index.ts";
import { atKeptPositions, type PositionFacts } from "../transformer/index.ts";
import {
  DEFAULT_TOLERANCE,
  meanCrossEntropy,
  meanSquaredError,
  type OutputKind,
  rightOutputs,
} from "./metrics.ts";

/** What of a task decides how its outputs are compared. */
export interface OutputFacts extends PositionFacts, OutputKind {}

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
