import { type Cell, type Column, UNDEFINED_TEXT } from "../../report/index.ts";
import { meanOf } from "../../statistics/index.ts";
import type { LeaderboardDocument } from "../plans/leaderboard-document.ts";

/** A leaderboard as it was stored and read again: what is not defined is null, or absent. */
type Document = LeaderboardDocument;

/** A table of a leaderboard, whatever it is written in. */
export interface LeaderboardTable {
  readonly columns: readonly Column<Readonly<Record<string, Cell>>>[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

const tableOf = (
  headings: readonly string[],
  rows: LeaderboardTable["rows"],
): LeaderboardTable => ({
  columns: headings.map((heading) => ({ heading, value: (row) => row[heading] })),
  rows,
});

const round = (x: number | null | undefined) =>
  x === undefined || x === null ? undefined : Number(x.toFixed(3));

const range = (low: number | null | undefined, high: number | null | undefined) =>
  low === undefined || low === null || high === undefined || high === null
    ? undefined
    : `${low.toFixed(3)} … ${high.toFixed(3)}`;

type Row = Document["rows"][number];

/** The mean over cases of an algorithm's means over seeds; `undefined` where no run has the number. */
function meanOverCases(
  rows: readonly Row[],
  algorithm: string,
  numberOf: (row: Row) => number | null | undefined,
): number | undefined {
  const byCase = new Map<string, number[]>();
  for (const row of rows) {
    const value = row.algorithm === algorithm ? numberOf(row) : undefined;
    if (value == null) continue;
    byCase.set(row.case, [...(byCase.get(row.case) ?? []), value]);
  }
  return byCase.size === 0 ? undefined : meanOf([...byCase.values()].map(meanOf));
}

/** Algorithms, the best first. */
export function summaryTable({
  summary,
  rows,
}: Pick<Document, "summary" | "rows">): LeaderboardTable {
  return tableOf(
    ["algorithm", "cases", "mean", "95 % of the mean", "median", "quartiles", "mean rank", "AP"],
    summary.map(({ algorithm, cases, mean, interval, median, quartiles, meanRank }) => ({
      algorithm,
      cases,
      mean: round(mean),
      "95 % of the mean": range(interval?.low, interval?.high),
      median: round(median),
      quartiles: range(quartiles?.[0], quartiles?.[1]),
      "mean rank": round(meanRank),
      AP: round(meanOverCases(rows, algorithm, ({ averagePrecision }) => averagePrecision?.edges)),
    })),
  );
}

/** Means over the cases of each group, algorithms as in the summary; `undefined` where there are no groups. */
export function groupTable({
  summary,
  groups,
}: Pick<Document, "summary" | "groups">): LeaderboardTable | undefined {
  if (groups.length === 0) return undefined;
  const headings = groups.map(({ name, cases }) => `${name} (${cases.length})`);
  return tableOf(
    ["algorithm", ...headings],
    summary.map(({ algorithm }) => ({
      algorithm,
      ...Object.fromEntries(
        groups.map(({ means }, i) => [
          headings[i]!,
          round(means.find((one) => one.algorithm === algorithm)?.mean),
        ]),
      ),
    })),
  );
}

/** Cases by algorithms: means over seeds. */
export function caseTable({ cells, summary }: Document): LeaderboardTable {
  const cases = [...new Set(cells.map((cell) => cell.case))];
  const algorithms = summary.map(({ algorithm }) => algorithm);
  const means = new Map(cells.map((cell) => [`${cell.case} ${cell.algorithm}`, cell.mean]));
  return tableOf(
    ["case", ...algorithms],
    cases.map((id) => ({
      case: id,
      ...Object.fromEntries(algorithms.map((name) => [name, round(means.get(`${id} ${name}`))])),
    })),
  );
}

/** How faithful circuits are, means over cases; `undefined` where none were run. */
export function faithfulnessTable({ rows, summary }: Document): LeaderboardTable | undefined {
  const measured = rows.filter(({ faithfulness }) => faithfulness != null);
  if (measured.length === 0) return undefined;
  const areas = ["cpr", "cmd", "accAuc"] as const;
  const headings = { cpr: "CPR, signed", cmd: "CMD, by size", accAuc: "acc-AUC" };
  return tableOf(
    ["algorithm", "AUROC, q/k/v merged", ...areas.map((area) => headings[area])],
    summary.map(({ algorithm }) => {
      const mean = (numberOf: (row: Row) => number | null | undefined) =>
        round(meanOverCases(measured, algorithm, numberOf));
      return {
        algorithm,
        "AUROC, q/k/v merged": mean(({ auroc }) => auroc?.merged),
        ...Object.fromEntries(
          areas.map((area) => [headings[area], mean(({ faithfulness }) => faithfulness?.[area])]),
        ),
      };
    }),
  );
}

/** What was published beside what was found, `found (published)`; `undefined` where nothing was. */
export function publishedTable({ cells, published }: Document): LeaderboardTable | undefined {
  if (!published || published.numbers.length === 0) return undefined;
  const { numbers } = published;
  const algorithms = [...new Set(numbers.map(({ algorithm }) => algorithm))];
  const pairText = (id: string, algorithm: string) => {
    const isMeant = (one: { readonly case: string; readonly algorithm: string }) =>
      one.case === id && one.algorithm === algorithm;
    const mean = cells.find(isMeant)?.mean;
    const theirs = numbers.find(isMeant)?.edges;
    return `${mean?.toFixed(3) ?? UNDEFINED_TEXT} (${theirs?.toFixed(3) ?? UNDEFINED_TEXT})`;
  };
  return tableOf(
    ["case", ...algorithms],
    [...new Set(numbers.map((one) => one.case))].map((id) => ({
      case: id,
      ...Object.fromEntries(algorithms.map((name) => [name, pairText(id, name)])),
    })),
  );
}

/**
 * Where and why numbers differ from the published ones, a sentence or two for each case; `undefined` where nothing is
 * published.
 */
export function differenceTexts({
  published,
  model,
}: Document): readonly { readonly case: string; readonly text: string }[] | undefined {
  if (!published || published.numbers.length === 0) return undefined;
  const { numbers, caveats, models } = published;
  return [...new Set(numbers.map((one) => one.case))].map((id) => {
    const own = numbers.filter((one) => one.case === id);
    const apart = own.filter(({ found, edges }) => found == null || Math.abs(found - edges) > 0.02);
    const parts = apart.map(({ algorithm, found, edges, why }) => {
      const change = found == null ? "no number" : signed(found - edges);
      return `${algorithm} ${change}${why.length === 0 ? "" : ` (${why.join("; ")})`}`;
    });
    const known = caveats.find((one) => one.case === id)?.caveats ?? [];
    const weights = model === models ? [] : [`other weights: ${model} in place of ${models}`];
    const about = [...weights, ...known];
    return {
      case: id,
      text:
        apart.length === 0
          ? "all within 0.02"
          : `${parts.join(", ")}${about.length === 0 ? "" : `. Of the model: ${about.join("; ")}`}`,
    };
  });
}

const signed = (x: number) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(3)}`;

/** Pairs of algorithms, and how sure their difference is. */
export function pairTable({ tests }: Document): LeaderboardTable {
  return tableOf(
    ["first", "second", "cases", "difference", "p", "p (Holm)", "Â12"],
    tests.pairs.map(({ first, second, cases, difference, p, corrected, effectSize }) => ({
      first,
      second,
      cases,
      difference: round(difference),
      p: Number(p.toPrecision(3)),
      "p (Holm)": Number(corrected.toPrecision(3)),
      Â12: round(effectSize),
    })),
  );
}

/** A reason why cells have no number, and which. */
export interface MissingCells {
  readonly reason: string;
  readonly algorithms: readonly string[];
  readonly cases: readonly string[];
}

/** The cells without a number, those with one reason together. */
export function missingCells({ cells }: Document): MissingCells[] {
  const missing = cells.filter(({ mean }) => mean === undefined || mean === null);
  const reasons = [...new Set(missing.map(({ reason }) => reason ?? "no number"))];
  return reasons.map((reason) => {
    const alike = missing.filter((cell) => (cell.reason ?? "no number") === reason);
    return {
      reason,
      algorithms: [...new Set(alike.map(({ algorithm }) => algorithm))],
      cases: [...new Set(alike.map((cell) => cell.case))],
    };
  });
}

/** What mean ranks say, as a sentence; `undefined` where there are none. */
export function ranksText({ tests: { ranks } }: Pick<Document, "tests">): string | undefined {
  if (!ranks) return undefined;
  const { items, p, criticalDifference, algorithms } = ranks;
  return `Mean ranks of ${algorithms.length} algorithms on the ${items} cases that all of them have: Friedman p ${p === 0 ? "below 1e-300" : Number(p.toPrecision(3))}; two differ at 5 % if more than ${criticalDifference.toFixed(3)} apart (Nemenyi).`;
}
