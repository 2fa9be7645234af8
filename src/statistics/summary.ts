import type { Key } from "../rng/index.ts";
import { bootstrapInterval, quantile } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";

/** Some numbers in a few. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  /** The first and the third quartile, linear between numbers. */
  readonly quartiles: readonly [number, number];
  /** Where the mean lies, at 95 %: see {@link bootstrapInterval}. */
  readonly interval: Interval;
}

/** The mean of some numbers; of none, NaN. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Summarises numbers of independent items; `undefined` for none. */
export function summarize(values: readonly number[], key: Key): Summary | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const ascending = [...values].sort((a, b) => a - b);
  const resampledMean = (counts: Uint32Array) =>
    values.reduce((sum, value, i) => sum + counts[i]! * value, 0) / count;
  return {
    count,
    mean: meanOf(values),
    median: quantile(ascending, 0.5),
    quartiles: [quantile(ascending, 0.25), quantile(ascending, 0.75)],
    interval: bootstrapInterval(count, key, resampledMean)!,
  };
}
