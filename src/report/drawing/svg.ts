import { InterpBenchError } from "../../errors/index.ts";
import { formatNumber } from "../number.ts";
import { describeDiagram } from "./describe.ts";
import { badge, boxElements, linkElements, linkStroke, signOf } from "./elements.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { element, textElement } from "./markup.ts";
import { MARK_STYLES, SIGN_STYLES } from "./palette.ts";
import { type CircuitPicture, type Diagram, diagramOf } from "./picture.ts";

/** Options of {@link drawCircuitSvg}. */
export interface SvgOptions {
  /** Draw true negatives too, light grey. Default false: they are counted in the legend only. */
  readonly trueNegatives?: boolean;
  /**
   * Where everything is, for several pictures that are to be seen as one, or drawn in quick
   * succession: {@link layoutOf} of a diagram that has all edges of all of them, at the same
   * granularity. By default only what is in the picture takes room.
   */
  readonly layout?: Layout;
  /** Start of the ids in the file; must differ between pictures on one page. Default `circuit`. */
  readonly idPrefix?: string;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";
const MARGIN = 24;
/** Room for the names of the layers at the left, and for lines outside the columns at both sides. */
const SIDE = 72;
const LEGEND_ROW = 22;
const BAND_PADDING = 14;

/**
 * A circuit as an SVG picture: layers grow upwards from the input to `resid_post`, heads `a1.2` in
 * columns, MLPs `m1` above the heads of their layer.
 *
 * With a truth, true positives are green and solid, false positives red and dotted, false negatives
 * dark and dashed, and the legend counts all four; without, blue is a positive and dashed red a
 * negative score. The width of a line is 1.6 to 6 units by |score|. Every line has a tooltip; title
 * and description say the same in words. The same picture always gives the same bytes.
 *
 * `E_LAYOUT` if a given layout does not have all that is in the picture.
 *
 * @example
 * const all = diagramOf({ shape, circuit: graphCircuit(fullGraph(shape)) });
 * const layout = layoutOf(all);
 * const frames = circuits.map((circuit) => drawCircuitSvg({ shape, circuit }, { layout }));
 */
export function drawCircuitSvg(picture: CircuitPicture, options: SvgOptions = {}): string {
  const { trueNegatives = false, idPrefix = "circuit" } = options;
  const all = diagramOf(picture);
  const links = all.links.filter(({ mark }) => trueNegatives || mark !== "trueNegative");
  const diagram: Diagram = { ...all, links };
  const layout = options.layout ?? layoutOf(diagram);
  assertFits(diagram, layout);

  const titleHeight = diagram.title === undefined ? 0 : 34;
  const legend = legendElements(diagram, trueNegatives);
  const width = Math.max(layout.width + 2 * SIDE, 420);
  const left = (width - layout.width) / 2;
  const top = MARGIN + titleHeight;
  const legendTop = top + layout.height + 30;
  const height = legendTop + legend.length * LEGEND_ROW + MARGIN - 6;

  const ids = { title: `${idPrefix}-title`, desc: `${idPrefix}-desc` };
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      role: "img",
      "aria-labelledby": `${ids.title} ${ids.desc}`,
      "font-family": FONT,
      "font-size": 13,
    },
    [
      textElement("title", { id: ids.title }, diagram.title ?? "Circuit"),
      textElement("desc", { id: ids.desc }, describeDiagram(all)),
      element("rect", { width: "100%", height: "100%", fill: "#ffffff" }),
      ...(diagram.title === undefined ? [] : [titleElement(diagram.title, width)]),
      element("g", { transform: `translate(${left} ${top})` }, [
        ...bandElements(layout),
        ...linkGroups(diagram, layout),
        ...boxGroups(diagram, layout),
      ]),
      element(
        "g",
        {
          transform: `translate(${Math.min(left, width - COLUMNS.nodes - MARGIN)} ${legendTop})`,
          fill: "#1f2937",
        },
        legend.flatMap((row, i) => row((i + 0.5) * LEGEND_ROW)),
      ),
    ],
  )}\n`;
}

function assertFits({ boxes, links, rest }: Diagram, { boxes: placed, lines }: Layout): void {
  const missing =
    boxes.find(({ id, mark }) => mark !== rest && !placed.has(id))?.id ??
    links.find(({ text }) => !lines.has(text))?.text;
  if (missing === undefined) return;
  throw new InterpBenchError("E_LAYOUT", `the layout has no place for "${missing}"`, {
    expected: "the layout of a diagram with all edges of the picture, at the same granularity",
    received: `a layout of ${placed.size} components and ${lines.size} edges`,
  });
}

function titleElement(title: string, width: number): string {
  return textElement(
    "text",
    {
      x: width / 2,
      y: MARGIN + 12,
      "text-anchor": "middle",
      "font-size": 16,
      "font-weight": 600,
      fill: "#111827",
    },
    title,
  );
}

function bandElements({ bands, width }: Layout): string[] {
  return bands.flatMap(({ layer, top, height }) => [
    element("rect", {
      x: -SIDE + 8,
      y: top - BAND_PADDING,
      width: width + 2 * SIDE - 16,
      height: height + 2 * BAND_PADDING,
      rx: 10,
      fill: "#f4f6f9",
    }),
    textElement(
      "text",
      { x: -SIDE + 20, y: top - BAND_PADDING + 20, "font-size": 12, fill: "#5b6472" },
      `layer ${layer}`,
    ),
  ]);
}

/** Lines in groups by mark, the most important ones last and so on top. */
function linkGroups(diagram: Diagram, layout: Layout): string[] {
  const order = [
    "trueNegative",
    "outside",
    "falseNegative",
    "inside",
    "falsePositive",
    "truePositive",
  ] as const;
  return order.flatMap((mark) => {
    const links = diagram.links.filter((link) => link.mark === mark);
    if (links.length === 0) return [];
    const lines = links.flatMap((link) =>
      linkElements(link, layout.lines.get(link.text)!, diagram),
    );
    return [element("g", { class: mark, fill: "none" }, lines)];
  });
}

function boxGroups({ boxes, rest }: Diagram, layout: Layout): string[] {
  const marks = new Map(boxes.map(({ id, mark }) => [id, mark]));
  return Array.from(layout.boxes.values()).flatMap((shape) =>
    boxElements(shape, marks.get(shape.box.id) ?? rest, layout.hasPorts),
  );
}

/** One line of the legend, drawn with its middle at the given y. */
type LegendRow = (y: number) => string[];

const COLUMNS = { label: 62, edges: 282, nodes: 342 } as const;

function legendElements(diagram: Diagram, trueNegatives: boolean): LegendRow[] {
  const { tallies, largestScore, scoreName, links } = diagram;
  const rows: LegendRow[] = [
    (y) => [
      cell("edges", COLUMNS.edges, y, "end", "#5b6472"),
      cell("nodes", COLUMNS.nodes, y, "end", "#5b6472"),
    ],
  ];
  for (const { mark, edges, nodes } of tallies) {
    const style = MARK_STYLES[mark];
    const hidden = mark === "trueNegative" && !trueNegatives ? " (not drawn)" : "";
    rows.push((y) => [
      ...(mark === "inside" && largestScore !== undefined
        ? []
        : [sample(style.stroke, style.dash, y)]),
      ...badge(mark, 46, y),
      cell(`${style.label}${hidden}`, COLUMNS.label, y),
      cell(String(edges), COLUMNS.edges, y, "end"),
      cell(String(nodes), COLUMNS.nodes, y, "end"),
    ]);
  }
  if (tallies.length === 1 && largestScore !== undefined) {
    for (const sign of ["positive", "negative"] as const) {
      const { label, stroke, dash } = SIGN_STYLES[sign];
      const count = links.filter((link) => signOf(link) === sign).length;
      rows.push((y) => [
        sample(stroke, dash, y),
        cell(`${label} ${scoreName === "score" ? "score" : "effect"}`, COLUMNS.label, y),
        cell(String(count), COLUMNS.edges, y, "end"),
      ]);
    }
  }
  if (largestScore !== undefined) {
    rows.push((y) => [
      cell(
        `line width: ${scoreName === "score" ? "|score|" : scoreName}, widest ${formatNumber(largestScore)}`,
        COLUMNS.label,
        y,
      ),
    ]);
  }
  return rows;
}

function sample(stroke: string, dash: readonly number[], y: number): string {
  return element("path", { d: `M0 ${y}H34`, ...linkStroke(stroke, dash, 3), fill: "none" });
}

function cell(text: string, x: number, y: number, anchor = "start", fill?: string): string {
  return textElement("text", { x, y: y + 4.5, "text-anchor": anchor, fill }, text);
}
