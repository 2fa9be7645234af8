import {
  add,
  div,
  expandDims,
  log,
  mean,
  mul,
  reshape,
  square,
  sub,
  type Tensor,
} from "../../engine/index.ts";

/** Added to deviations that are divided by, as in the original. */
const EPSILON = 1e-7;

/** A place whose output is made noisy: a layer's heads, or its MLP. */
export interface Bottleneck {
  /** What passes there, `[pos, place, d]`. */
  readonly output: Tensor;
  /** How much of it is left, from 0 to 1, `[place]`. */
  readonly weight: Tensor;
  /** Mean and deviation over the rows of what passes in the clean run, `[pos, place, d]`. */
  readonly mean: Tensor;
  readonly deviation: Tensor;
  /** 1 where it differs between rows, 0 where it is the same in all. */
  readonly varies: Tensor;
}

const ofPlaces = (weight: Tensor): Tensor => expandDims(expandDims(weight, 0), 2);

/** `w·a + (1 − w)·μ + (1 − w)·σ·ε`: what is left of an output, and noise as large as the rest of it. */
export function noisyOutput(
  { output, weight, mean: center, deviation }: Bottleneck,
  noise: Tensor,
): Tensor {
  const w = ofPlaces(weight);
  const rest = add(center, mul(deviation, noise));
  return add(mul(w, output), mul(sub(1, w), rest));
}

/**
 * What a noisy output tells of its input, `[]`: mean over positions, places and dimensions of
 * `½·[(σ_z/(σ + e))² + ((μ_z − μ)/(σ + e))² + ln (σ/(σ_z + e) + e)²]` with `μ_z = w·a + (1 − w)·μ`,
 * `σ_z = (1 − w)·σ` and e = 1e-7: the divergence of N(μ_z, σ_z) from N(μ, σ), and ½, as in the original. What is the
 * same in all rows tells nothing: it counts 0.
 */
export function bottleneckPenalty(bottleneck: Bottleneck): Tensor {
  const { output, weight, mean: center, varies } = bottleneck;
  const w = ofPlaces(weight);
  const deviation = add(bottleneck.deviation, sub(1, varies));
  const left = mul(sub(1, w), deviation);
  const guarded = add(deviation, EPSILON);
  const spread = square(div(left, guarded));
  const shift = square(div(mul(w, sub(output, center)), guarded));
  const shrunk = log(square(add(div(deviation, add(left, EPSILON)), EPSILON)));
  return mul(mean(mul(add(add(spread, shift), shrunk), varies)), 0.5);
}

/** A hook point's tensor `[pos, place, d]`, where a place is a head, or the only one. */
export function asPlaces(x: Tensor): Tensor {
  return x.shape.length === 3 ? x : reshape(x, [x.shape[0]!, 1, ...x.shape.slice(1)]);
}
