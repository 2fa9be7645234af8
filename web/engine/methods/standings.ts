import {
  type AlgorithmSummary,
  type ScoredRun,
  type StandingCell,
  standingsOf,
} from "../../../src/evaluation/index.ts";
import { Key } from "../../../src/rng/index.ts";
import { meanOf } from "../../../src/statistics/index.ts";

export interface StandingsInput {
  readonly runs: readonly ScoredRun[];
}

/** An algorithm on all cases at hand. */
export interface Standing extends AlgorithmSummary {
  /** On the cases that all algorithms have; 1 is the best. */
  readonly meanRank: number | undefined;
}

/** How algorithms compare. */
export interface StandingsFacts {
  readonly cells: readonly StandingCell[];
  /** The best mean first. */
  readonly summary: readonly Standing[];
  /** The mean over all algorithms with a number; none where there is none. */
  readonly caseMeans: readonly { readonly case: string; readonly mean: number }[];
  /** How far two mean ranks have to be apart, to differ at 5 %. */
  readonly criticalDifference: number | undefined;
}

/** Seed of the draws of cases, as leaderboards of the command line have it. */
const INTERVAL_SEED = 0;

/** Makes standings of some runs of a leaderboard. */
export function standings({ runs }: StandingsInput): StandingsFacts {
  const key = Key.fromSeed(INTERVAL_SEED).fold("leaderboard");
  const { cells, summary, ranks } = standingsOf(runs, key);
  const rankOf = (algorithm: string) => ranks?.ranks[ranks.algorithms.indexOf(algorithm)];
  const byCase = new Map<string, number[]>();
  for (const { case: id, mean } of cells) {
    if (mean !== undefined) byCase.set(id, [...(byCase.get(id) ?? []), mean]);
  }
  return {
    cells,
    caseMeans: Array.from(byCase, ([id, means]) => ({ case: id, mean: meanOf(means) })),
    summary: summary.map((one) => ({ ...one, meanRank: rankOf(one.algorithm) })),
    criticalDifference: ranks?.criticalDifference,
  };
}
