import type { Values } from "../../engine/index.ts";
import type { Steps } from "../../interventions/index.ts";

/** Deviations below this share of the mean's size are rounding. */
const ROUNDING = 1e-5;

/** Values that are added up in one step. */
const VALUES = 2 ** 17;

/** What numbers of rows have in common, `[…]` each. */
export interface RowStatistics {
  readonly mean: Float64Array;
  /** That of a sample, with n − 1. */
  readonly deviation: Float64Array;
  /** 1 where they differ by more than rounding, else 0. */
  readonly varies: Float64Array;
}

/**
 * Mean and deviation over rows.
 *
 * @param values `[row, …]`
 * @param weights `[row]`, which sum to 1
 */
export function* rowStatistics(values: Values, weights: Float64Array): Steps<RowStatistics> {
  const rows = weights.length;
  const width = values.length / rows;
  const part = Math.max(1, Math.floor(VALUES / width));
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  const parts = Array.from({ length: Math.ceil(rows / part) }, (_, i) => i * part);
  for (const start of parts) {
    addRows(mean, values, weights, { start, end: start + part }, (value) => value);
    yield (0.5 * start) / rows;
  }
  const square = (value: number, i: number) => (value - mean[i]!) ** 2;
  for (const start of parts) {
    addRows(squares, values, weights, { start, end: start + part }, square);
    yield 0.5 + (0.5 * start) / rows;
  }
  const deviation = squares.map((x) => (rows < 2 ? 0 : Math.sqrt((x * rows) / (rows - 1))));
  const varies = deviation.map((x, i) => (x > ROUNDING * Math.abs(mean[i]!) ? 1 : 0));
  return { mean, deviation, varies };
}

/** `sums[i] += Σ weight · term(value[i], i)` over the rows from `start` to `end`, or to the last. */
function addRows(
  sums: Float64Array,
  values: Values,
  weights: Float64Array,
  { start, end }: { readonly start: number; readonly end: number },
  term: (value: number, i: number) => number,
): void {
  const width = sums.length;
  for (let row = start; row < Math.min(end, weights.length); row++) {
    const weight = weights[row]!;
    for (let i = 0; i < width; i++) sums[i]! += weight * term(values[row * width + i]!, i);
  }
}
