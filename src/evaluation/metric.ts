import {
  abs,
  add,
  argmax,
  crossEntropy,
  div,
  exp,
  fill,
  less,
  lessEqual,
  logSoftmax,
  mul,
  notEqual,
  type Shape,
  sampleInput,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from "../engine/index.ts";

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

/** PyTorch's relative tolerance of `isclose`, which the original adds to the absolute one. */
const RELATIVE_TOLERANCE = 1e-5;
/** The original's guard against dividing by 0. */
const EPSILON = 1e-12;

/**
 * 1 where an output is not what it should be: another class, or not within the tolerance. A number
 * that is NaN is broken; classes are compared by the largest logit and need finite ones.
 */
export function isBroken(
  categorical: boolean,
  logits: Tensor,
  labels: Tensor,
  atol: number,
): Tensor {
  if (categorical) return notEqual(argmax(logits), labels);
  const allowed = add(mul(abs(labels), RELATIVE_TOLERANCE), atol);
  return sub(1, lessEqual(abs(sub(logits, labels)), allowed));
}

/** Below this |d| the series of d + e⁻ᵈ − 1 is exact to float32. */
const SERIES_RADIUS = 0.5;
/** Its coefficients: d²·(1/2! − d/3! + d²/4! − …). */
const SERIES = [1 / 2, -1 / 6, 1 / 24, -1 / 120, 1 / 720, -1 / 5040, 1 / 40320];

/**
 * KL(p ‖ q) of the distributions that two logits `[pos, class]` stand for, `[pos]`.
 *
 * `Σ p·d` with d = log p − log q loses nearly all digits when p and q are nearly equal; this sums
 * `p·d + q − p = p·(d + e⁻ᵈ − 1)`, which is never negative, and by its series where d is small.
 */
export function divergence(p: Tensor, q: Tensor): Tensor {
  const [logP, logQ] = [logSoftmax(p), logSoftmax(q)];
  const [d, probability] = [sub(logP, logQ), exp(logP)];
  const [last, ...rest] = SERIES.toReversed();
  const series = rest.reduce((tail, c) => add(mul(tail, d), c), fill(last!));
  const near = mul(probability, mul(square(d), series));
  const far = add(mul(probability, d), sub(exp(logQ), probability));
  return sum(where(less(abs(d), SERIES_RADIUS), near, far), -1);
}

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
  if (metric === "accuracy") return isBroken(categorical, logits, labels, atol);
  const shape: Shape = logits.shape;
  const own = sampleInput(EFFECT_INPUTS.own, shape);
  const sourceOwn = sampleInput(EFFECT_INPUTS.sourceOwn, shape);
  if (metric === "kl_div") {
    const [patched, clean, source] = [logits, own, sourceOwn].map((x) => crossEntropy(x, labels));
    return div(sub(patched!, clean!), add(sub(source!, clean!), EPSILON));
  }
  return div(divergence(own, logits), add(divergence(own, sourceOwn), EPSILON));
}
