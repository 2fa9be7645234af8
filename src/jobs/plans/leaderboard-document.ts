import { meanCurve } from "../../circuit/index.ts";
import { type Standings, standingsOf } from "../../evaluation/index.ts";
import { Key } from "../../rng/index.ts";
import type { Protocol } from "../leaderboard/protocol.ts";
import type { FoundCurve, FoundRun } from "./found-run.ts";
import { whyDifferent } from "./published-differences.ts";

/** A run of a leaderboard: what it found, or why it did not. */
export interface LeaderboardCell {
  readonly case: string;
  readonly algorithm: string;
  readonly seed: number;
  readonly outcome:
    | { readonly found: FoundRun }
    | { readonly code: string; readonly reason: string };
}

/** What to know of the models of cases before relying on them, where there is something. */
export type Caveats = ReadonlyMap<string, readonly string[]>;

/** Seed of the draws of cases: the same runs always have the same intervals. */
const INTERVAL_SEED = 0;

/** The document of a leaderboard as it is stored. */
export function leaderboardDocument(
  protocol: Protocol,
  facts: { readonly model: string; readonly dataSize: number },
  cells: readonly LeaderboardCell[],
  caveats: Caveats,
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
    curves: summary.map(({ algorithm }) => curvesOf(algorithm, cells)),
    published: publishedFor(protocol, cells, rest.cells, caveats),
  };
}

/** The document of a leaderboard. */
export type LeaderboardDocument = ReturnType<typeof leaderboardDocument>;

/** What was published of the cases at hand, and why what was found differs. */
function publishedFor(
  { published }: Protocol,
  cells: readonly LeaderboardCell[],
  standing: Standings["cells"],
  caveats: Caveats,
) {
  if (published === undefined) return undefined;
  const { source, models, numbers, reasons } = published;
  return {
    source,
    models,
    numbers: numbers.flatMap((one) => {
      const isMeant = (other: { readonly case: string; readonly algorithm: string }) =>
        other.case === one.case && other.algorithm === one.algorithm;
      const cell = standing.find(isMeant);
      if (cell === undefined) return [];
      const runs = cells.flatMap((run) =>
        isMeant(run) && "found" in run.outcome ? [run.outcome.found] : [],
      );
      const why = whyDifferent(one.edges, cell.mean, runs, reasons);
      return [{ ...one, found: cell.mean, why }];
    }),
    /** What to know of the models, by case. */
    caveats: [...caveats].map(([id, sentences]) => ({ case: id, caveats: sentences })),
  };
}

/** A run as it is listed. */
export interface LeaderboardRow extends Omit<LeaderboardCell, "outcome"> {
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

function rowOf(protocol: Protocol, { outcome, ...run }: LeaderboardCell): LeaderboardRow {
  if ("code" in outcome) return { ...run, ...outcome };
  const { found } = outcome;
  const { edges, nodes, merged, reason } = protocol.numbersOf(found);
  const { faithfulness: _, ...areas } = found.curve ?? {};
  const { averagePrecision } = found.score ?? {};
  return {
    ...run,
    rankedBy: found.rankedBy,
    // Stored documents have null for what is not defined.
    auroc: { edges: edges ?? undefined, nodes: nodes ?? undefined, merged: merged ?? undefined },
    ...(averagePrecision === undefined ? {} : { averagePrecision }),
    ...(found.curve === undefined ? {} : { faithfulness: areas }),
    ...(reason == null ? {} : { reason }),
  };
}

/** The mean curves of an algorithm: over the seeds of every case, then over cases. */
function curvesOf(algorithm: string, cells: readonly LeaderboardCell[]) {
  const own = cells.filter((cell) => cell.algorithm === algorithm);
  const cases = [...new Set(own.map((cell) => cell.case))];
  const mean = (curveOf: (found: FoundRun) => readonly number[] | undefined) =>
    meanCurve(
      cases.flatMap((id) => {
        const ofSeeds = own.flatMap(({ case: of, outcome }) => {
          const curve = of === id && "found" in outcome ? curveOf(outcome.found) : undefined;
          return curve === undefined ? [] : [curve];
        });
        return meanCurve(ofSeeds) === undefined ? [] : [meanCurve(ofSeeds)!];
      }),
    );
  return {
    algorithm,
    /** True positive rates at false positive rates 0, 0.01, … 1, against the constructed truth. */
    roc: mean(({ roc }) => roc)?.map((rate) => Number(rate.toFixed(4))),
    /** At MIB's sizes, where circuits were run. */
    faithfulness: mean(({ curve }) => definedAll(curve?.faithfulness)),
  };
}

/** Numbers, if all of them are defined. */
function definedAll(values: readonly (number | undefined)[] = []): number[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 && known.length === values.length ? known : undefined;
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
