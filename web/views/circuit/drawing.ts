import {
  arrowhead,
  type BoxShape,
  diagramOf,
  type Layout,
  type Link,
  type LinkFacts,
  layoutOf,
  linkPath,
  MARK_STYLES,
  type Mark,
  PORT_OFFSETS,
  SIZES,
  scoreWidth,
} from "../../../src/report/index.ts";
import { svgEl } from "../dom.ts";
import { drawnCircuit } from "./curves.ts";
import type { CircuitFacts, Detail } from "./facts.ts";

/** What is known at present about every line and box. */
export interface Painting {
  /** By edge text at the detail of the drawing. */
  readonly markOf: (edge: string) => Mark;
  /** By box id. */
  readonly boxMarkOf: (box: string) => Mark;
  /** What decides the width and, where no truth is known, the colour of a line. */
  readonly scoreOf: (edge: string) => number | undefined;
  readonly largest: number | undefined;
}

/** Something in the drawing that can be pointed at. */
export type Part =
  | { readonly kind: "edge"; readonly id: string }
  | { readonly kind: "box"; readonly id: string };

/** Lines and boxes of a graph, made once; painting sets attributes and makes nothing. */
export interface CircuitDrawing {
  readonly svg: SVGSVGElement;
  readonly boxes: readonly BoxShape[];
  readonly links: readonly LinkFacts[];
  paint(painting: Painting): void;
  /** Sets off a part and what touches it; `undefined` takes that back. */
  point(part: Part | undefined, pinned: Part | undefined): void;
}

const MARGIN = 28;

/** Where lines come in: those that matter most are drawn last. */
const ORDER: readonly Mark[] = [
  "trueNegative",
  "outside",
  "falseNegative",
  "falsePositive",
  "inside",
  "truePositive",
];

/** The drawing of a model's edges at a level of detail, of a large one the strongest, with the geometry of `drawCircuitSvg`. */
export function drawGraph(facts: CircuitFacts, detail: Detail, title: string): CircuitDrawing {
  const diagram = diagramOf({ shape: facts.shape, circuit: drawnCircuit(facts, detail) });
  const layout = layoutOf(diagram);
  const layers = new Map(ORDER.map((mark) => [mark, svgEl("g", { class: `links ${mark}` })]));
  const lines = new Map(diagram.links.map((link) => [link.text, lineOf(link, layout)]));
  const boxes = new Map(
    Array.from(layout.boxes.values(), (box) => [box.box.id, boxOf(box, layout)]),
  );
  const width = layout.width + 2 * MARGIN;
  const height = layout.height + 2 * MARGIN;
  const svg = svgEl(
    "svg",
    { class: "circuit", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": title },
    [
      svgEl("g", { transform: `translate(${MARGIN} ${MARGIN})` }, [
        ...bandsOf(layout),
        ...layers.values(),
        svgEl(
          "g",
          {},
          Array.from(boxes.values(), ({ group }) => group),
        ),
      ]),
    ],
  );
  svg.style.setProperty("--natural-width", `${width}px`);
  const touching = touchedBy(diagram.links);
  return {
    svg,
    boxes: [...layout.boxes.values()],
    links: diagram.links,
    paint({ markOf, boxMarkOf, scoreOf, largest }) {
      for (const [text, line] of lines) line.paint(markOf(text), scoreOf(text), largest, layers);
      for (const [id, box] of boxes) box.paint(boxMarkOf(id));
    },
    point(part, pinned) {
      const shown = part ?? pinned;
      svg.classList.toggle("pointing", shown !== undefined);
      const near = shown === undefined ? undefined : touching(shown);
      for (const [text, { group }] of lines) {
        group.classList.toggle("near", near?.edges.has(text) === true);
        group.classList.toggle("pinned", pinned?.kind === "edge" && pinned.id === text);
      }
      for (const [id, { group }] of boxes) {
        group.classList.toggle("near", near?.boxes.has(id) === true);
        group.classList.toggle("pinned", pinned?.kind === "box" && pinned.id === id);
      }
    },
  };
}

interface DrawnLine {
  readonly group: SVGGElement;
  paint(
    mark: Mark,
    score: number | undefined,
    largest: number | undefined,
    layers: ReadonlyMap<Mark, SVGGElement>,
  ): void;
}

function lineOf(link: Link, layout: Layout): DrawnLine {
  const points = layout.lines.get(link.text)!;
  const path = svgEl("path", { class: "line" });
  const head = svgEl("path", { class: "arrow" });
  const reach = svgEl("path", { class: "reach", d: linkPath(points, 0) });
  const group = svgEl("g", { "data-edge": link.text }, [reach, path, head]);
  let seen: { readonly mark: Mark; readonly width: number } | undefined;
  return {
    group,
    paint(mark, score, largest, layers) {
      const isQuiet = mark === "trueNegative" || mark === "outside";
      const width = isQuiet ? 1 : scoreWidth(score, largest);
      if (seen?.mark === mark && seen.width === width) return;
      const tip = arrowhead(points.at(-1)!, width);
      if (seen?.width !== width) {
        path.setAttribute("d", linkPath(points, tip.length));
        path.setAttribute("stroke-width", String(width));
        head.setAttribute("d", tip.path);
      }
      if (seen?.mark !== mark) {
        path.setAttribute("stroke-dasharray", dashOf(mark, width));
        layers.get(mark)!.append(group);
      }
      seen = { mark, width };
    },
  };
}

/** Colour is never alone: false positives are dotted, false negatives dashed. */
const dashOf = (mark: Mark, width: number): string =>
  MARK_STYLES[mark].dash.length === 0
    ? "none"
    : MARK_STYLES[mark].dash.map((length) => length * width).join(" ");

interface DrawnBox {
  readonly group: SVGGElement;
  paint(mark: Mark): void;
}

function boxOf({ box, left, top, width, x, isBar }: BoxShape, layout: Layout): DrawnBox {
  const hasPorts = layout.hasPorts && box.place.kind === "head";
  const name = svgEl("text", { x, y: top + (hasPorts ? 14 : 20), class: "name" }, [box.id]);
  const glyph = svgEl("text", { x: left + width - 4, y: top + 11, class: "glyph" });
  const group = svgEl("g", { "data-box": box.id, tabindex: -1, role: "button" }, [
    svgEl("rect", { x: left, y: top, width, height: SIZES.boxHeight, rx: isBar ? 8 : 6 }),
    name,
    glyph,
    ...(hasPorts ? portsAt(x, top) : []),
  ]);
  return {
    group,
    paint(mark) {
      group.setAttribute("class", `box ${mark}`);
      group.setAttribute("aria-label", `${box.id}, ${MARK_STYLES[mark].label}`);
      glyph.textContent = mark === "inside" ? "" : MARK_STYLES[mark].glyph;
    },
  };
}

const portsAt = (x: number, top: number) =>
  Object.entries(PORT_OFFSETS).map(([port, offset]) =>
    svgEl("text", { x: x + offset, y: top + SIZES.boxHeight - 3, class: `port ${port}` }, [port]),
  );

const bandsOf = ({ bands, width }: Layout) =>
  bands.flatMap(({ layer, top, height }) => [
    svgEl("rect", {
      class: "band",
      x: -MARGIN / 2,
      y: top - 10,
      width: width + MARGIN,
      height: height + 20,
      rx: 10,
    }),
    svgEl("text", { class: "band-name", x: -MARGIN / 2 + 8, y: top + 4 }, [`layer ${layer}`]),
  ]);

/** The parts that a part touches, itself among them. */
function touchedBy(links: readonly LinkFacts[]) {
  return (part: Part) => {
    const own = links.filter(({ text, from, to }) =>
      part.kind === "edge" ? text === part.id : from === part.id || to === part.id,
    );
    return {
      edges: new Set(own.map(({ text }) => text)),
      boxes: new Set([
        ...(part.kind === "box" ? [part.id] : []),
        ...own.flatMap(({ from, to }) => [from, to]),
      ]),
    };
  };
}
