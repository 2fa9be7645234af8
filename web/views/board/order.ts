import type { StandingsFacts } from "../../engine/methods/standings.ts";
import type { Board, BoardRun } from "./document.ts";

/** Which cases and algorithms of a leaderboard are shown. */
export interface Filter {
  readonly tag: string | undefined;
  readonly group: string | undefined;
  /** Parts of names of algorithms. */
  readonly query: string;
}

/** The runs on cases with a tag and in a group, of algorithms that have a word of the query in their names. */
export function filtered(
  { runs, groups }: Board,
  { tag, group, query }: Filter,
  tagsOf: (id: string) => readonly string[],
): BoardRun[] {
  const cases = groups.find(({ name }) => name === group)?.cases;
  const words = query
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return runs.filter(
    ({ case: id, algorithm }) =>
      (tag === undefined || tagsOf(id).includes(tag)) &&
      (cases === undefined || cases.has(id)) &&
      (words.length === 0 || words.some((word) => algorithm.toLowerCase().includes(word))),
  );
}

const IDS = new Intl.Collator("en", { numeric: true });

/** How cases are sorted: by id, the hardest first, or by how well one algorithm does, worst first. */
export type CaseOrder = "id" | "mean" | { readonly algorithm: string };

/** Standings with cells and algorithms in an order; cases without a number come last. */
export function ordered(
  standings: StandingsFacts,
  cases: CaseOrder,
  algorithms: "mean" | "name",
): StandingsFacts {
  const { cells, summary, caseMeans } = standings;
  const numbers = cases === "mean" ? caseMeans : cells.filter((cell) => isOrderedBy(cell, cases));
  const known = new Map(numbers.map((one) => [one.case, one.mean ?? Number.POSITIVE_INFINITY]));
  const key = (id: string) => known.get(id) ?? Number.POSITIVE_INFINITY;
  return {
    ...standings,
    cells: cells.toSorted((a, b) => key(a.case) - key(b.case) || IDS.compare(a.case, b.case)),
    summary:
      algorithms === "mean"
        ? summary
        : summary.toSorted((a, b) => IDS.compare(a.algorithm, b.algorithm)),
  };
}

const isOrderedBy = ({ algorithm }: { readonly algorithm: string }, order: CaseOrder) =>
  typeof order === "object" && order.algorithm === algorithm;
