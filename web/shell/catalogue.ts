import type { CaseRow } from "../engine/methods/cases.ts";

/** A column by which the catalogue is sorted. */
export interface CatalogueColumn {
  readonly name: string;
  readonly title: string;
  readonly isNumber: boolean;
  readonly of: (row: CaseRow) => number | string;
}

/** Ids in the order of people: 2 before 10, numbers before names. */
const ORDER = new Intl.Collator("en", { numeric: true });

const number = (name: string, title: string, of: (row: CaseRow) => number) => ({
  name,
  title,
  isNumber: true,
  of,
});

export const COLUMNS: readonly CatalogueColumn[] = [
  { name: "id", title: "Case", isNumber: false, of: ({ id }) => id },
  { name: "task", title: "Task", isNumber: false, of: ({ task }) => task },
  number("size", "Layers × heads", ({ ll }) => ll.nLayers * 1000 + ll.nHeads),
  number("width", "d_model", ({ ll }) => ll.dModel),
  number("vocab", "Tokens", ({ vocabSize }) => vocabSize),
  number("length", "Length", ({ maxSeqLen }) => maxSeqLen),
];

/** The column of a name; the first for any other. */
export const columnOf = (name: string): CatalogueColumn =>
  COLUMNS.find((column) => column.name === name) ?? COLUMNS[0]!;

/** The cases in an order: the name of a column, or `-` and the name for the other way round. */
export function sorted(rows: readonly CaseRow[], order: string): CaseRow[] {
  const { of } = columnOf(order.replace(/^-/, ""));
  const sign = order.startsWith("-") ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)];
    const difference =
      typeof x === "number" && typeof y === "number" ? x - y : ORDER.compare(String(x), String(y));
    return sign * difference || ORDER.compare(a.id, b.id);
  });
}

/** The cases that have every word of a query in id, task or tags, and the tag. */
export function matching(
  rows: readonly CaseRow[],
  query: string,
  tag: string | undefined,
): CaseRow[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return rows.filter(({ id, task, tags }) => {
    const text = [id, task, ...tags].join(" ").toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (tag === undefined || tags.some((one) => one === tag))
    );
  });
}
