import { printable } from "../../errors/index.ts";
import { MARK_STYLES } from "../drawing/palette.ts";
import {
  type Box,
  type CircuitPicture,
  type Diagram,
  diagramOf,
  type Link,
  type Mark,
} from "../drawing/picture.ts";
import { formatNumber } from "../number.ts";
import { type Style, styleOf, textWidth } from "./style.ts";

/**
 * A circuit as text: the layers of the model, output on top, every component with the glyph of its
 * mark, and below each row what its components read.
 *
 * `✓` found and true, `+` found but not true, `−` true but not found, `●` in the circuit, `·` not
 * in it. Colours repeat what the glyphs say. True negatives are counted only. Ends with a newline.
 */
export function drawCircuitText(picture: CircuitPicture, style: Style = styleOf(false)): string {
  const diagram = diagramOf(picture);
  const rows = rowsOf(diagram);
  const margin = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.flatMap(({ name, boxes }) => [
    `${style.dim(name.padEnd(margin))}${boxes.map((box) => boxText(box, style)).join("  ")}`,
    ...boxes
      .flatMap(({ id }) => readLine(diagram, id, style))
      .map((line) => " ".repeat(margin) + line),
  ]);
  const title = diagram.title === undefined ? [] : [style.bold(printable(diagram.title)), ""];
  return `${[...title, ...lines, "", ...legendLines(diagram, style)].map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Row {
  readonly name: string;
  readonly boxes: readonly Box[];
}

/** Output first; the rows of a layer are named once, on its upper row. */
function rowsOf({ boxes, shape }: Diagram): Row[] {
  const where = (kind: Box["place"]["kind"], layer?: number) =>
    boxes.filter(
      ({ place }) => place.kind === kind && (!("layer" in place) || place.layer === layer),
    );
  const layers = Array.from({ length: shape.nLayers }, (_, i) => shape.nLayers - 1 - i);
  return [
    { name: "output", boxes: where("output") },
    ...layers.flatMap((layer) => {
      const name = `layer ${layer}`;
      const heads = where("head", layer);
      if (shape.attnOnly === true) return [{ name, boxes: heads }];
      return [
        { name, boxes: where("mlp", layer) },
        { name: "", boxes: heads },
      ];
    }),
    { name: "input", boxes: where("input") },
  ];
}

function boxText({ id, mark }: Box, style: Style): string {
  return paint(mark, `${MARK_STYLES[mark].glyph} ${printable(id)}`, style);
}

/** What a component reads: `└ a1.2 ← ✓ input  + m0 (q) 0.53`; nothing if no drawn edge enters it. */
function readLine({ links }: Diagram, id: string, style: Style): string[] {
  const entering = links.filter(({ to, mark }) => to === id && mark !== "trueNegative");
  if (entering.length === 0) return [];
  const sources = entering.map((link) => paint(link.mark, sourceText(link), style));
  return [`${style.dim(`└ ${printable(id)} ←`)} ${sources.join("  ")}`];
}

function sourceText({ from, port, mark, score, effect }: Link): string {
  const glyph = mark === "inside" ? "" : `${MARK_STYLES[mark].glyph} `;
  const into = port === undefined ? "" : ` (${port})`;
  const size = score === undefined ? "" : ` ${formatNumber(score, 3)}`;
  const sign = effect === undefined || effect === 0 ? "" : effect < 0 ? " (−)" : " (+)";
  return `${glyph}${printable(from)}${into}${size}${sign}`;
}

function legendLines({ tallies }: Diagram, style: Style): string[] {
  const label = Math.max(...tallies.map(({ mark }) => textWidth(MARK_STYLES[mark].label)));
  const digits = (n: number) => String(n).padStart(4);
  return tallies.map(({ mark, edges, nodes }) => {
    const name = `${MARK_STYLES[mark].glyph} ${MARK_STYLES[mark].label.padEnd(label)}`;
    return `${paint(mark, name, style)}${digits(edges)} edges${digits(nodes)} nodes`;
  });
}

function paint(mark: Mark, text: string, style: Style): string {
  switch (mark) {
    case "truePositive":
      return style.green(text);
    case "falsePositive":
      return style.red(text);
    case "falseNegative":
      return style.yellow(text);
    case "inside":
      return style.bold(text);
    case "trueNegative":
    case "outside":
      return style.dim(text);
  }
}
