import type { Key } from "../rng/index.ts";
import type { Interval } from "./interval.ts";

/** How an interval is found. */
export interface BootstrapOptions {
  /** Samples that are drawn. Default 1000. */
  readonly draws?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

/**
 * The percentile interval of a number that is computed from items (rows of data, seeds, cases): the number again for
 * as many items drawn with replacement, many times, and the middle of what comes out. (Efron 1979)
 *
 * It tells how much the number owes to the items at hand, and nothing of what all of them have in common.
 *
 * @param statistic from how often each item was drawn, `[item]`; draws for which it is `undefined` are left out
 * @returns `undefined` if it is for all
 */
export function bootstrapInterval(
  items: number,
  key: Key,
  statistic: (counts: Uint32Array) => number | undefined,
  options: BootstrapOptions = {},
): Interval | undefined {
  return bootstrapIntervals(items, key, (counts) => [statistic(counts)], options)[0];
}

/** {@link bootstrapInterval} of several numbers of the same items, from the same draws; as many at every draw. */
export function bootstrapIntervals(
  items: number,
  key: Key,
  statistics: BootstrapStatistics,
  options: BootstrapOptions = {},
): readonly (Interval | undefined)[] {
  const bootstrap = startBootstrap(items, key, statistics, options);
  for (let draw = 0; draw < bootstrap.draws; draw++) bootstrap.add(draw);
  return bootstrap.intervals();
}

/** Several numbers, from how often each item was drawn, `[item]`. */
export type BootstrapStatistics = (counts: Uint32Array) => readonly (number | undefined)[];

/** {@link bootstrapIntervals} whose samples are drawn when they are asked for. */
export interface Bootstrap {
  /** Samples that are to be drawn. */
  readonly draws: number;
  /** Draws sample number `draw`, from 0, and computes the numbers of it. */
  add(draw: number): void;
  /** The intervals by all samples that were drawn. */
  intervals(): readonly (Interval | undefined)[];
}

/** Starts a {@link Bootstrap}. */
export function startBootstrap(
  items: number,
  key: Key,
  statistics: BootstrapStatistics,
  { draws = 1000, confidence = 0.95 }: BootstrapOptions = {},
): Bootstrap {
  const found: number[][] = [];
  const tail = (1 - confidence) / 2;
  return {
    draws,
    add: (draw) => {
      const counts = new Uint32Array(items);
      for (const item of key.fold(draw).integers(items, items)) counts[item]!++;
      for (const [i, value] of statistics(counts).entries()) {
        found[i] ??= [];
        if (value !== undefined) found[i].push(value);
      }
    },
    intervals: () =>
      found.map((values) => {
        if (values.length === 0) return undefined;
        const sorted = values.toSorted((a, b) => a - b);
        return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
      }),
  };
}

/**
 * The percentile interval of the mean over groups of the means within them (cases, and seeds of each): groups are
 * drawn with replacement, and of each that is drawn its items again. (Davison & Hinkley 1997, §3.8)
 *
 * @param groups `[group][item]`, none empty
 * @returns `undefined` for no groups
 */
export function nestedInterval(
  groups: readonly (readonly number[])[],
  key: Key,
  { draws = 1000, confidence = 0.95 }: BootstrapOptions = {},
): Interval | undefined {
  if (groups.length === 0) return undefined;
  const found: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const own = key.fold(draw);
    let total = 0;
    for (const [place, index] of own.integers(groups.length, groups.length).entries()) {
      const items = groups[index]!;
      const { length } = items;
      const drawn = length === 1 ? [0] : own.fold(place).integers(length, length);
      let sum = 0;
      for (const item of drawn) sum += items[item]!;
      total += sum / length;
    }
    found.push(total / groups.length);
  }
  found.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { low: quantile(found, tail), high: quantile(found, 1 - tail) };
}

/** The quantile of ascending numbers, linear between them (as NumPy's default). */
export function quantile(ascending: readonly number[], share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!;
  return low === high ? low : low + (high - low) * (place - below);
}
