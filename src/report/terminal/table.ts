import { printable } from "../../errors/index.ts";
import { formatNumber, UNDEFINED_TEXT } from "../number.ts";
import { type Style, styleOf, textWidth } from "./style.ts";

/**
 * What a cell can hold: plain text, of which everything that a terminal would act on is escaped,
 * numbers, which are formatted and right-aligned, or nothing, shown as `–`.
 */
export type Cell = string | number | boolean | null | undefined;

/** A column of a table. */
export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => Cell;
  /** The style of its cells. Default: as they are. */
  readonly paint?: (text: string) => string;
  /** Default: right if every cell is a number or undefined, else left. */
  readonly align?: "left" | "right";
}

/**
 * Rows as an aligned table: headings, then one line per row, columns two spaces apart, no trailing
 * spaces. Ends with a newline; a table without rows says `(none)`.
 */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style = styleOf(false),
): string {
  const laidOut = columns.map(({ heading, value, align, paint }) => {
    const values = rows.map(value);
    const plain = values.map(cellText);
    const texts = paint === undefined ? plain : plain.map(paint);
    const shown = printable(heading);
    const isNumeric = values.length > 0 && values.every(isNumberOrNothing);
    const width = texts.reduce((most, text) => Math.max(most, textWidth(text)), textWidth(shown));
    return {
      heading: shown,
      texts,
      width,
      isRight: (align ?? (isNumeric ? "right" : "left")) === "right",
    };
  });
  const line = (texts: readonly string[]) =>
    laidOut
      .map(({ width, isRight }, i) => {
        const text = texts[i]!;
        const space = " ".repeat(width - textWidth(text));
        return isRight ? space + text : text + space;
      })
      .join("  ")
      .trimEnd();
  const lines = [
    line(laidOut.map(({ heading }) => style.bold(heading))),
    ...rows.map((_, r) => line(laidOut.map(({ texts }) => texts[r]!))),
    ...(rows.length === 0 ? [style.dim("(none)")] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Rows as comma-separated values (RFC 4180 with line feeds): a line of headings, numbers in full,
 * nothing where a value is not defined, quotes where a text needs them.
 */
export function formatCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const line = (cells: readonly Cell[]) => `${cells.map(csvCell).join(",")}\n`;
  const body = rows.map((row) => line(columns.map(({ value }) => value(row))));
  return line(columns.map(({ heading }) => heading)) + body.join("");
}

function csvCell(value: Cell): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Named values below each other, values in one column: `accuracy  99.5%`. Ends with a newline. */
export function formatFacts(
  facts: readonly (readonly [name: string, value: Cell])[],
  style: Style = styleOf(false),
): string {
  const named = facts.map(([name, value]) => [printable(name), value] as const);
  const width = named.reduce((most, [name]) => Math.max(most, textWidth(name)), 0);
  return named
    .map(([name, value]) => {
      const space = " ".repeat(width - textWidth(name));
      return `${style.dim(name)}${space}  ${cellText(value)}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** A cell is one line, whatever the value. */
function cellText(value: Cell): string {
  if (typeof value === "string") return printable(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? UNDEFINED_TEXT : formatNumber(value);
}

const isNumberOrNothing = (value: Cell) =>
  typeof value === "number" || value === null || value === undefined;
