import { meanCurve } from "../../circuit/index.ts";
import type { GroupingFacts } from "../leaderboard/grouping-facts.ts";
import type { Protocol } from "../leaderboard/protocol.ts";
import { type LeaderboardRow, type RankedCell, rankRows } from "../leaderboard/ranked-rows.ts";
import type { FoundRun } from "./found-run.ts";
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

/** The document of a leaderboard as it is stored. */
export function leaderboardDocument(
  protocol: Protocol,
  facts: { readonly model: string; readonly dataSize: number },
  cells: readonly LeaderboardCell[],
  cases: readonly GroupingFacts[],
  caveats: Caveats,
) {
  const rows = cells.map((cell) => rowOf(protocol, cell));
  const ranked = rankRows(rows, cases);
  return {
    protocol: protocol.name,
    measure: protocol.measure,
    ...(protocol.corruption === undefined ? {} : { corruption: protocol.corruption }),
    ...facts,
    ...ranked,
    curves: ranked.summary.map(({ algorithm }) => curvesOf(algorithm, cells)),
    published: publishedFor(protocol, cells, ranked.cells, caveats),
  };
}

/** The document of a leaderboard. */
export type LeaderboardDocument = ReturnType<typeof leaderboardDocument>;

/** What was published of the cases at hand, and why what was found differs. */
function publishedFor(
  { published }: Protocol,
  cells: readonly LeaderboardCell[],
  standing: readonly RankedCell[],
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
