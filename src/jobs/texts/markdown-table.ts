import { type Column, formatNumber, UNDEFINED_TEXT } from "../../report/index.ts";

/** Text that stands for itself in Markdown; what would end a cell is for {@link markdownLine}. */
export const escaped = (text: string) => text.replace(/\s+/g, " ").replace(/[\\`*_<>[\]]/g, "\\$&");

/** A line of a table, of cells that are Markdown. */
export const markdownLine = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replace(/\s+/g, " ").replaceAll("|", "\\|")).join(" | ")} |`;

/** A table of headings and cells that are Markdown; it ends without a line end. */
export const markdownRows = (
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => [headings, headings.map(() => "---"), ...rows].map(markdownLine).join("\n");

/** A table of text; what is not defined is a dash. */
export function markdownTable<Row>({
  columns,
  rows,
}: {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}): string {
  const cells = rows.map((row) =>
    columns.map(({ value }) => {
      const cell = value(row);
      if (typeof cell === "number") return formatNumber(cell);
      return cell === undefined || cell === null ? UNDEFINED_TEXT : escaped(String(cell));
    }),
  );
  const headings = columns.map(({ heading }) => escaped(heading));
  return `${markdownRows(headings, cells)}\n`;
}
