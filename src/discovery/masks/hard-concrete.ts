import { add, maximum, minimum, mul, sigmoid, type Tensor } from "../../engine/index.ts";
import type { Key } from "../../rng/index.ts";

/** β: how far from 0 and 1 samples are before they are stretched. */
export const TEMPERATURE = 2 / 3;
/** γ and ζ: samples are stretched from (0, 1) to this range and cut off at 0 and 1. */
export const STRETCH = [-0.1, 1.1] as const;
const [LOW, HIGH] = STRETCH;
/** Uniform draws keep this far from 0 and 1, as in the original of subnetwork probing. */
const MARGIN = 1e-4;

/** Where every mask logit θ of subnetwork probing starts: `logit((0.9 − γ)/(ζ − γ))` = ln 5, as in the original. */
export const INITIAL_MASK_LOGIT = Math.log(5);

/**
 * Masks drawn from the hard concrete distribution (Louizos, Welling & Kingma 2018):
 * `z = min(1, max(0, (ζ − γ)·σ((θ + ε)/β) + γ))`, β = 2/3, γ = −0.1, ζ = 1.1. `[mask]`.
 *
 * θ are the mask logits, ε logistic noise: see {@link logisticNoise}. 0 and 1 are drawn with a
 * probability of their own, values between are differentiable in θ. z > ½ just when θ + ε > 0.
 */
export function hardConcrete(maskLogits: Tensor, noise: Tensor): Tensor {
  const soft = sigmoid(mul(add(maskLogits, noise), 1 / TEMPERATURE));
  return minimum(1, maximum(0, add(mul(soft, HIGH - LOW), LOW)));
}

/** σ(x) = 1/(1 + e⁻ˣ) of a number. */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The probability that a mask is not 0: `P(z > 0) = σ(θ − β·ln(−γ/ζ))`. `[mask]`. */
export function openProbability(maskLogits: Tensor): Tensor {
  return sigmoid(add(maskLogits, -TEMPERATURE * Math.log(-LOW / HIGH)));
}

/** The probability that a mask is 0: `P(z = 0) = σ(β·ln(−γ/ζ) − θ)`. */
export function zeroProbability(maskLogit: number): number {
  return logistic(TEMPERATURE * Math.log(-LOW / HIGH) - maskLogit);
}

/** The probability that a mask is above ½: `P(z > ½) = σ(θ)`. */
export function keepProbability(maskLogit: number): number {
  return logistic(maskLogit);
}

/** `count` draws `ε = ln u − ln(1 − u)` with u uniform from `margin` to 1 − `margin`. */
export function logisticNoise(key: Key, count: number, margin: number = MARGIN): Float64Array {
  return key.uniform(count).map((draw) => {
    const u = Math.min(1 - margin, Math.max(margin, draw));
    return Math.log(u) - Math.log(1 - u);
  });
}
