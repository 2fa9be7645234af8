import type { Interval } from "./interval.ts";
import { incompleteBeta } from "./special-functions.ts";

/** The x with I_x(a, b) = p, by bisection. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The exact interval of a probability under which `count` of `total` independent draws were hits:
 * `[B(α/2; k, n − k + 1), B(1 − α/2; k + 1, n − k)]` with B the quantiles of the beta distribution and
 * α = 1 − confidence. It covers the probability at least that often, whatever it is. (Clopper & Pearson 1934)
 *
 * Without a hit in n draws it ends at `1 − (α/2)^(1/n)`: at 95 % about 3.7/n. `[0, 1]` without draws.
 */
export function exactInterval(count: number, total: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return {
    low: count <= 0 ? 0 : betaQuantile(tail, count, total - count + 1),
    high: count >= total ? 1 : betaQuantile(1 - tail, count + 1, total - count),
  };
}
