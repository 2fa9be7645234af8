import { EQUAL } from "./equal.ts";
import { averageRanks } from "./ranks.ts";
import { normalBelow, upperGamma } from "./special-functions.ts";

/** What Friedman's test finds. */
export interface MeanRanks {
  /** Items that every method has a number for. */
  readonly items: number;
  /** The mean of a method's ranks over items, `[method]`; 1 is the best, equal numbers share their ranks. */
  readonly ranks: readonly number[];
  /** How often ranks so far apart come by chance, were all methods alike; 1 where they never differ. */
  readonly p: number;
  /** Two methods differ, at 5 %, if their mean ranks are further apart than this (Nemenyi's test). */
  readonly criticalDifference: number;
}

/**
 * Friedman's test of several methods on the same items, and how far apart two mean ranks have to be:
 * `χ² = (k − 1) N² Σⱼ (R̄ⱼ − (k + 1)/2)² / Σᵢⱼ (rᵢⱼ − (k + 1)/2)²`, which without ties is
 * `12N/(k(k + 1)) · Σⱼ (R̄ⱼ − (k + 1)/2)²`, with k − 1 degrees of freedom, and `CD = q √(k(k + 1)/6N)`.
 * (Friedman 1937, Nemenyi 1963; Demšar 2006)
 *
 * @param numbers `[item, method]`, larger being better; equal up to {@link EQUAL}
 * @returns `undefined` for fewer than two methods or no item
 */
export function friedmanTest(numbers: readonly (readonly number[])[]): MeanRanks | undefined {
  const items = numbers.length;
  const methods = numbers[0]?.length ?? 0;
  if (methods < 2) return undefined;
  const byItem = numbers
    .map((row) => row.map((x) => -x))
    .map((falling) => averageRanks(falling, EQUAL));
  const ranks = Array.from(
    { length: methods },
    (_, j) => byItem.reduce((sum, row) => sum + row[j]!, 0) / items,
  );
  const middle = (methods + 1) / 2;
  const squares = (values: readonly number[]) =>
    values.reduce((sum, rank) => sum + (rank - middle) ** 2, 0);
  const within = byItem.reduce((sum, row) => sum + squares(row), 0);
  const statistic = within === 0 ? 0 : ((methods - 1) * items ** 2 * squares(ranks)) / within;
  return {
    items,
    ranks,
    p: upperGamma((methods - 1) / 2, statistic / 2),
    criticalDifference:
      nemenyiConstant(methods) * Math.sqrt((methods * (methods + 1)) / (6 * items)),
  };
}

/**
 * The constant q of Nemenyi's test of k methods: the quantile of the range of k standard normal numbers, over √2.
 *
 * @param alpha how often a difference may be found by chance. Default 0.05
 */
export function nemenyiConstant(methods: number, alpha = 0.05): number {
  let [low, high] = [0, 20];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (rangeBelow(middle, methods) < 1 - alpha) low = middle;
    else high = middle;
  }
  return low / Math.SQRT2;
}

/** P(range of k standard normal numbers ≤ q) `= k ∫ φ(z) (Φ(z) − Φ(z − q))^(k−1) dz`, by Simpson's rule. */
function rangeBelow(q: number, methods: number): number {
  const [from, to, steps] = [-8, 8, 400];
  const width = (to - from) / steps;
  const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const value = (z: number) => density(z) * (normalBelow(z) - normalBelow(z - q)) ** (methods - 1);
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * value(from + i * width);
  }
  return (methods * sum * width) / 3;
}
