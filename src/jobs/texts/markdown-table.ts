import { type Column, formatNumber, UNDEFINED_TEXT } from "../../report/index.ts";

/** Text that stands for itself in Markdown. */
export const escaped = (text: string) =>
  text.replace(/\s+/g, " ").replace(/[|\\`*_<>[\]]/g, "\\$&");

/** A table in Markdown; what is not defined is a dash. */
export function markdownTable<Row>({
  columns,
  rows,
}: {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const body = rows.map((row) =>
    line(
      columns.map(({ value }) => {
        const cell = value(row);
        if (typeof cell === "number") return formatNumber(cell);
        return cell === undefined || cell === null ? UNDEFINED_TEXT : escaped(String(cell));
      }),
    ),
  );
  const headings = columns.map(({ heading }) => escaped(heading));
  return line(headings) + line(headings.map(() => "---")) + body.join("");
}
