import { crossEntropy, mean, type Tensor } from "../../engine/index.ts";

/**
 * Cross-entropy of classes, mean over positions: `−mean_p log softmax(logits[p])[classes[p]]`.
 *
 * `logits [pos, class]`, `classes [pos]` (ids) → `[]` per sequence, in nats.
 */
export function meanCrossEntropy(logits: Tensor, classes: Tensor): Tensor {
  return mean(crossEntropy(logits, classes));
}
