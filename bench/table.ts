import { type Column, formatTable } from "../src/report/index.ts";

/** Results of one kind: rows for programs, the same as text for people. */
export interface Table {
  readonly title: string;
  readonly rows: readonly object[];
  /** The rows as an aligned table. */
  readonly text: string;
  /** What a reader must know about them, one sentence each. */
  readonly notes: readonly string[];
}

/** Rows as a table. */
export function makeTable<Row extends object>(
  title: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  notes: readonly string[] = [],
): Table {
  return { title, rows, text: formatTable(columns, rows), notes };
}

/** Titles and tables as text, then the notes on any of them. */
export function showTables(tables: readonly Table[]): string {
  const notes = new Set(tables.flatMap((table) => table.notes));
  return [
    ...tables.flatMap(({ title, text }) => [title, "", text]),
    ...[...notes].map((note) => `${note}\n`),
  ].join("\n");
}

/** A number to three significant digits, which is all that a time is good for. */
export function rounded(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return Number(value.toPrecision(3));
}
