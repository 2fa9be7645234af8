import { logSoftmax, mean, neg, pick, type Tensor } from "../../engine/index.ts";

/**
 * Cross-entropy of classes, mean over positions: `−mean_p log softmax(logits[p])[classes[p]]`.
 *
 * `logits [pos, class]`, `classes [pos]` (ids) → `[]` per sequence, in nats.
 */
export function crossEntropy(logits: Tensor, classes: Tensor): Tensor {
  return neg(mean(pick(logSoftmax(logits), classes)));
}
