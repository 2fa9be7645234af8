import {
  add,
  crossEntropy,
  div,
  type Shape,
  sampleInput,
  sub,
  type Tensor,
} from "../engine/index.ts";
import { divergence, isBroken } from "../interventions/index.ts";

/**
 * What a node's resample effect is measured by, at the positions where the labels of base and
 * source differ:
 *
 * - `accuracy`: the share of patched outputs that are no longer the base's label;
 * - `kl_div`: `(k − k_clean) / (k_source − k_clean)` with k = −log p(base's label) of the patched,
 *   the base's own and the source's own output; may be negative;
 * - `kl_div_self`: `KL(own ‖ patched) / KL(own ‖ source's own)`.
 *
 * Numbers are measured by `accuracy` alone.
 */
export const EFFECT_METRICS = ["accuracy", "kl_div", "kl_div_self"] as const;
export type EffectMetric = (typeof EFFECT_METRICS)[number];

/** The original's guard against dividing by 0. */
const EPSILON = 1e-12;

/** Names of the sample inputs of {@link effectOf}, besides the patched run's own. */
export const EFFECT_INPUTS = {
  /** The base's label. */
  label: "label",
  /** The source's label. */
  sourceLabel: "sourceLabel",
  /** The base's own logits. */
  own: "own",
  /** The source's own logits. */
  sourceOwn: "sourceOwn",
} as const;

/** The effect at every position, from the patched logits `[pos, output]` and the base's labels. */
export function effectOf(
  metric: EffectMetric,
  categorical: boolean,
  logits: Tensor,
  labels: Tensor,
  atol: number,
): Tensor {
  if (metric === "accuracy") return isBroken({ categorical }, logits, labels, atol);
  const shape: Shape = logits.shape;
  const own = sampleInput(EFFECT_INPUTS.own, shape);
  const sourceOwn = sampleInput(EFFECT_INPUTS.sourceOwn, shape);
  if (metric === "kl_div") {
    const [patched, clean, source] = [logits, own, sourceOwn].map((x) => crossEntropy(x, labels));
    return div(sub(patched!, clean!), add(sub(source!, clean!), EPSILON));
  }
  return div(divergence(own, logits), add(divergence(own, sourceOwn), EPSILON));
}
