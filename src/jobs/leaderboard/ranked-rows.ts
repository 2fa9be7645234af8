import { type StandingCell, type Standings, standingsOf } from "../../evaluation/index.ts";
import { Key } from "../../rng/index.ts";
import { meanOf } from "../../statistics/index.ts";
import type { FoundCurve } from "../plans/found-run.ts";
import { type CaseGroup, caseGroups } from "./case-groups.ts";
import type { GroupingFacts } from "./grouping-facts.ts";

/** A run as it is listed. */
export interface LeaderboardRow {
  readonly case: string;
  readonly algorithm: string;
  readonly seed: number;
  /** What the numbers that rank are. */
  readonly rankedBy?: string;
  /** By the protocol; `merged` is exact, of edges between heads and MLPs, query, key and value together. */
  readonly auroc?: { readonly [Part in "edges" | "nodes" | "merged"]: number | undefined };
  readonly averagePrecision?: { readonly [Part in "edges" | "nodes"]: number | undefined };
  /** How faithful its circuits are, where they were run. */
  readonly faithfulness?: Partial<Pick<FoundCurve, "cpr" | "cmd" | "accAuc">>;
  /** The code of the error that ended the run. */
  readonly code?: string;
  /** Why there is no number of edges. */
  readonly reason?: string;
}

/** An algorithm on a case; why it has no number, if it has none. */
export interface RankedCell extends StandingCell {
  readonly reason?: string | undefined;
}

/** Seed of the draws of cases: the same runs always have the same intervals. */
const INTERVAL_SEED = 0;

/** What the rows of a leaderboard come to, with what is known of the cases. */
export function rankRows(rows: readonly LeaderboardRow[], cases: readonly GroupingFacts[]) {
  const runs = rows.map(({ auroc, ...row }) => ({ ...row, value: auroc?.edges }));
  const { cells, summary, comparisons, ranks } = standingsOf(
    runs,
    Key.fromSeed(INTERVAL_SEED).fold("leaderboard"),
  );
  return {
    rows,
    cases,
    cells: cells.map((cell): RankedCell => ({ ...cell, ...reasonOf(rows, cell) })),
    summary: summary.map((one) => ({ ...one, ...rankOf(ranks, one.algorithm) })),
    groups: caseGroups(cases).map((group) => ({ ...group, means: groupMeans(group, cells) })),
    tests: { pairs: comparisons, ranks },
  };
}

/** The mean of each algorithm over the cases of a group on which it has a number. */
function groupMeans({ cases }: CaseGroup, cells: readonly StandingCell[]) {
  const values = new Map<string, number[]>();
  for (const { case: id, algorithm, mean } of cells) {
    if (mean === undefined || !cases.includes(id)) continue;
    values.set(algorithm, [...(values.get(algorithm) ?? []), mean]);
  }
  return [...values].map(([algorithm, own]) => ({ algorithm, mean: meanOf(own) }));
}

/** Why a cell has no number: the reason of its first run. */
function reasonOf(
  rows: readonly LeaderboardRow[],
  { case: id, algorithm, mean }: Standings["cells"][number],
): { readonly reason?: string | undefined } {
  if (mean !== undefined) return {};
  const row = rows.find((one) => one.case === id && one.algorithm === algorithm);
  return { reason: row?.reason };
}

function rankOf(ranks: Standings["ranks"], algorithm: string): { readonly meanRank?: number } {
  const place = ranks?.algorithms.indexOf(algorithm) ?? -1;
  return ranks === undefined || place === -1 ? {} : { meanRank: ranks.ranks[place]! };
}
