import { type Standings, standingsOf } from "../../evaluation/index.ts";
import { Key } from "../../rng/index.ts";
import type { Protocol, PublishedNumber, RunNumbers } from "../leaderboard/protocol.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";

/** A run of a leaderboard: what it found, or why it did not. */
export interface LeaderboardCell {
  readonly case: string;
  readonly algorithm: string;
  readonly seed: number;
  readonly outcome:
    | { readonly found: Pick<DiscoveryDocument, "score" | "params" | "rankedBy"> }
    | { readonly code: string; readonly reason: string };
}

/** Seed of the draws of cases: the same runs always have the same intervals. */
const INTERVAL_SEED = 0;

/** The document of a leaderboard as it is stored. */
export function leaderboardDocument(
  protocol: Protocol,
  facts: { readonly model: string; readonly dataSize: number },
  cells: readonly LeaderboardCell[],
) {
  const rows = cells.map((cell) => rowOf(protocol, cell));
  const runs = rows.map(({ auroc, ...row }) => ({ ...row, value: auroc?.edges }));
  const { summary, comparisons, ranks, ...rest } = standingsOf(
    runs,
    Key.fromSeed(INTERVAL_SEED).fold("leaderboard"),
  );
  return {
    protocol: protocol.name,
    measure: protocol.measure,
    ...facts,
    rows,
    cells: rest.cells.map((cell) => ({ ...cell, ...reasonOf(rows, cell) })),
    summary: summary.map((one) => ({ ...one, ...rankOf(ranks, one.algorithm) })),
    tests: { pairs: comparisons, ranks },
    published: publishedFor(protocol, rows),
  };
}

/** The document of a leaderboard. */
export type LeaderboardDocument = ReturnType<typeof leaderboardDocument>;

/** What was published of the cases at hand. */
function publishedFor({ published }: Protocol, rows: readonly LeaderboardRow[]) {
  if (published === undefined) return undefined;
  const isHere = (one: PublishedNumber) =>
    rows.some(({ case: id, algorithm }) => id === one.case && algorithm === one.algorithm);
  return { ...published, numbers: published.numbers.filter(isHere) };
}

/** A run as it is listed. */
export interface LeaderboardRow extends Omit<LeaderboardCell, "outcome"> {
  /** What the numbers that rank are. */
  readonly rankedBy?: string;
  /** By the protocol; `merged` is of edges between heads and MLPs, query, key and value together, as `edges` is. */
  readonly auroc?: { readonly [Part in "edges" | "nodes" | "merged"]: number | undefined };
  readonly averagePrecision?: { readonly [Part in "edges" | "nodes"]: number | undefined };
  /** The code of the error that ended the run. */
  readonly code?: string;
  /** Why there is no number of edges. */
  readonly reason?: string;
}

function rowOf(protocol: Protocol, { outcome, ...run }: LeaderboardCell): LeaderboardRow {
  if ("code" in outcome) return { ...run, ...outcome };
  const { score, rankedBy } = outcome.found;
  const none = "no truth is known for this model";
  const numbers: RunNumbers =
    score === undefined
      ? { edges: undefined, nodes: undefined, reason: none }
      : protocol.numbersOf(score);
  const { edges, nodes, reason } = numbers;
  return {
    ...run,
    rankedBy,
    auroc: { edges, nodes, merged: edges },
    ...(score === undefined ? {} : { averagePrecision: score.averagePrecision }),
    ...(reason === undefined ? {} : { reason }),
  };
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
