import type { Key } from "../rng/index.ts";

/** Whether two numbers that are measured on the same items have to do with each other. */
export interface IndependenceTest {
  /** The Hilbert-Schmidt independence criterion of the items: 0 where a number is the same on all. */
  readonly hsic: number;
  /** The share of orders of the items, the given one among them, with at least that much. */
  readonly pValue: number;
  /** Orders that were drawn. */
  readonly permutations: number;
}

/** The median distance of two different items; 1 where that is 0. */
function medianDistance(values: ArrayLike<number>): number {
  const distances: number[] = [];
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < i; j++) distances.push(Math.abs(values[i]! - values[j]!));
  }
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] || 1;
}

/** `HKH` of the Gaussian kernel `exp(−d²/2σ²)`, with σ the median distance; `[item, item]`. */
function centredKernel(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const width = 2 * medianDistance(values) ** 2;
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      kernel[i * n + j] = Math.exp(-((values[i]! - values[j]!) ** 2) / width);
    }
  }
  const means = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += kernel[i * n + j]!;
    return sum / n;
  });
  const mean = means.reduce((sum, x) => sum + x, 0) / n;
  return kernel.map((x, at) => x - means[Math.floor(at / n)]! - means[at % n]! + mean);
}

/**
 * Tests by permutation whether two numbers are independent, with the Hilbert-Schmidt independence criterion
 * `tr(K_c L_c)/(n − 1)²` of Gaussian kernels as the statistic, each as wide as the median distance of its own
 * numbers (Gretton et al. 2007, A Kernel Statistical Test of Independence). It sees dependence of any form.
 *
 * @param x `[item]`, two items or more
 * @param y `[item]`
 */
export function independenceTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  key: Key,
  permutations = 999,
): IndependenceTest {
  const n = x.length;
  const [ofX, ofY] = [centredKernel(x), centredKernel(y)];
  const inOrder = (order: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const [row, other] = [i * n, order[i]! * n];
      for (let j = 0; j < n; j++) sum += ofX[row + j]! * ofY[other + order[j]!]!;
    }
    return sum / (n - 1) ** 2;
  };
  const hsic = inOrder(Array.from({ length: n }, (_, i) => i));
  // Orders that are alike differ in the last digits by which their sums are rounded.
  const least = hsic - 1e-9 * Math.abs(hsic);
  let asMuch = 1;
  for (let i = 0; i < permutations; i++) {
    if (inOrder(key.fold(i).permutation(n)) >= least) asMuch++;
  }
  return { hsic, pValue: asMuch / (permutations + 1), permutations };
}
