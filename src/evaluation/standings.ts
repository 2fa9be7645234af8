import type { Key } from "../rng/index.ts";
import {
  friedmanTest,
  holm,
  type MeanRanks,
  meanOf,
  nestedInterval,
  type Summary,
  signedRankTest,
  summarize,
  varghaDelaney,
} from "../statistics/index.ts";

/** One run of an algorithm on a case. */
export interface ScoredRun {
  readonly case: string;
  readonly algorithm: string;
  readonly seed: number;
  /** What it is judged by, larger being better; `undefined` where there is none. */
  readonly value: number | undefined;
}

/** An algorithm on a case. */
export interface StandingCell {
  readonly case: string;
  readonly algorithm: string;
  /** Runs that have a number. */
  readonly seeds: number;
  /** Their mean, least and largest; `undefined` where none has. */
  readonly mean: number | undefined;
  readonly least: number | undefined;
  readonly largest: number | undefined;
}

/** An algorithm on all cases on which it has a number, its mean over seeds on each. */
export interface AlgorithmSummary {
  readonly algorithm: string;
  readonly cases: number;
  readonly mean: number | undefined;
  readonly median: number | undefined;
  readonly quartiles: readonly [number, number] | undefined;
  /**
   * Where the mean over cases lies, at 95 %, by drawing cases anew, and seeds within them; of one case nothing can be
   * said.
   */
  readonly interval: Summary["interval"] | undefined;
}

/** Two algorithms on the cases on which both have a number. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  readonly cases: number;
  /** The mean of the differences, first minus second. */
  readonly difference: number;
  /** Of Wilcoxon's signed-rank test, by itself. */
  readonly p: number;
  /** The same with Holm's correction for all pairs. */
  readonly corrected: number;
  /** The probability that the first is better on one case than the second on another: Â₁₂. */
  readonly effectSize: number;
}

/** How algorithms compare. */
export interface Standings {
  /** Of every case and algorithm. */
  readonly cells: readonly StandingCell[];
  /** The best mean first; those without a number last. */
  readonly summary: readonly AlgorithmSummary[];
  /** Of every two algorithms that have a case in common, in the order of the summary. */
  readonly comparisons: readonly Comparison[];
  /**
   * Of the algorithms that have numbers, on the cases on which all of them have one; `undefined` where there are
   * not two such algorithms and two such cases.
   */
  readonly ranks: (MeanRanks & { readonly algorithms: readonly string[] }) | undefined;
}

/** Makes standings of runs: of each case and algorithm the mean over seeds counts. */
export function standingsOf(runs: readonly ScoredRun[], key: Key): Standings {
  const cases = [...new Set(runs.map((run) => run.case))];
  const algorithms = [...new Set(runs.map(({ algorithm }) => algorithm))];
  const byCell = new Map<string, number[]>();
  for (const { case: id, algorithm, value } of runs) {
    if (value === undefined) continue;
    const name = cellName(id, algorithm);
    byCell.set(name, [...(byCell.get(name) ?? []), value]);
  }
  const cells = cases.flatMap((id) =>
    algorithms.map((algorithm) => cellOf(id, algorithm, byCell.get(cellName(id, algorithm)) ?? [])),
  );
  const means = new Map(cells.map((cell) => [cellName(cell.case, cell.algorithm), cell.mean]));
  const numbersOf = (algorithm: string) => cases.map((id) => means.get(cellName(id, algorithm)));
  const summary = algorithms
    .map((algorithm) => {
      const values = cases.flatMap((id) => {
        const ofCase = byCell.get(cellName(id, algorithm));
        return ofCase === undefined ? [] : [ofCase];
      });
      return summaryOf(algorithm, values, key.fold(algorithm));
    })
    .sort((a, b) => (b.mean ?? Number.NEGATIVE_INFINITY) - (a.mean ?? Number.NEGATIVE_INFINITY));
  const ranked = summary.flatMap(({ algorithm, mean }) => (mean === undefined ? [] : [algorithm]));
  return {
    cells,
    summary,
    comparisons: comparisonsOf(ranked, numbersOf),
    ranks: ranksOf(ranked, numbersOf),
  };
}

const cellName = (id: string, algorithm: string) => `${id}\n${algorithm}`;

function cellOf(id: string, algorithm: string, values: readonly number[]): StandingCell {
  const isEmpty = values.length === 0;
  return {
    case: id,
    algorithm,
    seeds: values.length,
    mean: isEmpty ? undefined : meanOf(values),
    least: isEmpty ? undefined : Math.min(...values),
    largest: isEmpty ? undefined : Math.max(...values),
  };
}

const isNumber = (x: number | undefined): x is number => x !== undefined;

/** @param values `[case][seed]` */
function summaryOf(
  algorithm: string,
  values: readonly (readonly number[])[],
  key: Key,
): AlgorithmSummary {
  const found = summarize(values.map(meanOf), key);
  return {
    algorithm,
    cases: values.length,
    mean: found?.mean,
    median: found?.median,
    quartiles: found?.quartiles,
    interval: values.length > 1 ? nestedInterval(values, key) : undefined,
  };
}

type NumbersOf = (algorithm: string) => readonly (number | undefined)[];

function comparisonsOf(algorithms: readonly string[], numbersOf: NumbersOf): Comparison[] {
  const pairs = algorithms.flatMap((first, i) =>
    algorithms.slice(i + 1).flatMap((second) => {
      const others = numbersOf(second);
      const both = numbersOf(first).flatMap((x, k): (readonly [number, number])[] => {
        const y = others[k];
        return x === undefined || y === undefined ? [] : [[x, y]];
      });
      if (both.length === 0) return [];
      const differences = both.map(([x, y]) => x - y);
      return {
        first,
        second,
        cases: both.length,
        difference: meanOf(differences),
        p: signedRankTest(differences).p,
        effectSize: varghaDelaney(
          both.map(([x]) => x),
          both.map(([, y]) => y),
        )!,
      };
    }),
  );
  const corrected = holm(pairs.map(({ p }) => p));
  return pairs.map((pair, i) => ({ ...pair, corrected: corrected[i]! }));
}

function ranksOf(algorithms: readonly string[], numbersOf: NumbersOf): Standings["ranks"] {
  const columns = algorithms.map(numbersOf);
  const rows = (columns[0] ?? []).map((_, i) => columns.map((column) => column[i]));
  const complete = rows.filter((row): row is number[] => row.every(isNumber));
  const found = complete.length < 2 ? undefined : friedmanTest(complete);
  return found === undefined ? undefined : { ...found, algorithms };
}
