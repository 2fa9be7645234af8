import type { TokenFacts } from "../../engine/methods/cases.ts";
import { svgEl } from "../dom.ts";
import type { Line } from "./lines.ts";

/** Pixels of a picture of a table in a font of one width. */
const ROW = 24;
const CHARACTER = 7.3;
const PADDING = 12;
const FONT = {
  "font-family": "ui-monospace, Menlo, Consolas, monospace",
  "font-size": 12,
} as const;
const INK = { line: "#e4e3de", quiet: "#65686f", text: "#1c1d20", wrong: "#c8321a" } as const;

/** The lines of a program with their values below the tokens, as SVG. */
export function stepsPicture(
  title: string,
  tokens: readonly TokenFacts[],
  lines: readonly Line[],
): string {
  const widthOf = (texts: readonly string[]) =>
    Math.max(...texts.map((text) => text.length)) * CHARACTER + 2 * PADDING;
  const first = widthOf(["Program", ...lines.map(({ text }) => text)]);
  const widths = tokens.map(({ text }, i) =>
    widthOf([text, ...lines.map((l) => l.cells[i] ?? "")]),
  );
  const lefts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, first));
  const width = Math.ceil(widths.reduce((sum, one) => sum + one, first));
  const height = ROW * (lines.length + 1) + PADDING;
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
      svgEl("text", { x: PADDING, y: baseline(0), fill: INK.quiet }, ["Program"]),
      ...tokens.map(({ text }, i) => cell(0, i, text, INK.text)),
      ...lines.flatMap(({ label, text, cells, wrong }, k) => [
        svgEl("path", { d: `M0 ${(k + 1) * ROW + 4}H${width}`, stroke: INK.line }),
        svgEl(
          "text",
          { x: PADDING, y: baseline(k + 1), fill: label === undefined ? INK.quiet : INK.text },
          [text],
        ),
        ...cells.map((one, i) =>
          cell(k + 1, i, wrong.has(i) ? `${one} ≠` : one, wrong.has(i) ? INK.wrong : INK.text),
        ),
      ]),
    ],
  );
  return new XMLSerializer().serializeToString(svg);
}
