import { svgEl } from "./dom.ts";

/** Pixels of a picture of a table in a font of one width. */
const ROW = 24;
const CHARACTER = 7.3;
const PADDING = 12;
const FONT = {
  "font-family": "ui-monospace, Menlo, Consolas, monospace",
  "font-size": 12,
} as const;
const INK = { line: "#e4e3de", quiet: "#65686f", text: "#1c1d20", wrong: "#c8321a" } as const;

/** A cell of a table, and a sign beside it where it is other than it should be. */
export interface PictureCell {
  readonly text: string;
  readonly sign?: string | undefined;
}

/** A table as it is drawn. */
export interface TablePicture {
  readonly title: string;
  /** What stands above the names of rows. */
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    /** Whether its name stands back. */
    readonly isQuiet?: boolean;
    readonly cells: readonly PictureCell[];
  }[];
}

/** A table as SVG. */
export function tablePicture({ title, corner, columns, rows }: TablePicture): string {
  const textOf = ({ text, sign }: PictureCell) => (sign === undefined ? text : `${text} ${sign}`);
  const widthOf = (texts: readonly string[]) =>
    Math.max(...texts.map((text) => text.length)) * CHARACTER + 2 * PADDING;
  const first = widthOf([corner, ...rows.map(({ name }) => name)]);
  const widths = columns.map((name, i) =>
    widthOf([name, ...rows.map(({ cells }) => textOf(cells[i] ?? { text: "" }))]),
  );
  const lefts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, first));
  const width = Math.ceil(widths.reduce((sum, one) => sum + one, first));
  const height = ROW * (rows.length + 1) + PADDING;
  const baseline = (row: number) => row * ROW + 20;
  const cell = (row: number, i: number, text: string, fill: string) =>
    svgEl(
      "text",
      { x: lefts[i]! + widths[i]! / 2, y: baseline(row), "text-anchor": "middle", fill },
      [text],
    );
  const svg = svgEl(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", ...FONT },
    [
      svgEl("title", {}, [title]),
      svgEl("rect", { width, height, fill: "#ffffff" }),
      svgEl("text", { x: PADDING, y: baseline(0), fill: INK.quiet }, [corner]),
      ...columns.map((name, i) => cell(0, i, name, INK.text)),
      ...rows.flatMap(({ name, isQuiet = false, cells }, k) => [
        svgEl("path", { d: `M0 ${(k + 1) * ROW + 4}H${width}`, stroke: INK.line }),
        svgEl("text", { x: PADDING, y: baseline(k + 1), fill: isQuiet ? INK.quiet : INK.text }, [
          name,
        ]),
        ...cells.map((one, i) =>
          cell(k + 1, i, textOf(one), one.sign === undefined ? INK.text : INK.wrong),
        ),
      ]),
    ],
  );
  return new XMLSerializer().serializeToString(svg);
}
