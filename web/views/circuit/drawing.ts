import {
  arrowhead,
  type BoxShape,
  type Layout,
  type Line,
  type Link,
  type LinkFacts,
  linkPath,
  MARK_STYLES,
  type Mark,
  PORT_OFFSETS,
  SIZES,
  scoreWidth,
} from "../../../src/report/index.ts";
import { svgEl } from "../dom.ts";
import type { CircuitFacts, Detail } from "./facts.ts";
import { graphLayout } from "./layout.ts";

/** What is known at present about every line and box. */
export interface Painting {
  /** By edge text at the detail of the drawing. */
  readonly markOf: (edge: string) => Mark;
  /** All marks that the line can have while a threshold moves, whose faces are made at once then. */
  readonly marksOf?: (edge: string) => readonly Mark[];
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
  /** For marks of others, above lines and boxes, in whose coordinates they are. */
  readonly over: SVGGElement;
  /** The way of a line. */
  pathOf(edge: string): string;
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

/**
 * The drawing of a model's edges at a level of detail, of a large one the strongest, with
 * the geometry of `drawCircuitSvg`.
 */
export function drawGraph(facts: CircuitFacts, detail: Detail, title: string): CircuitDrawing {
  const { links, layout } = graphLayout(facts, detail);
  const layers = new Map(ORDER.map((mark) => [mark, svgEl("g", { class: `links ${mark}` })]));
  const lines = new Map(links.map((link) => [link.text, lineOf(link, layout, layers)]));
  const boxes = new Map(
    Array.from(layout.boxes.values(), (box) => [box.box.id, boxOf(box, layout)]),
  );
  const over = svgEl("g", { "aria-hidden": "true" });
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
        over,
      ]),
    ],
  );
  svg.style.setProperty("--natural-width", `${width}px`);
  const touching = touchedBy(links);
  let pointedAt = "undefined undefined";
  return {
    svg,
    boxes: [...layout.boxes.values()],
    links,
    over,
    pathOf: (edge) => linkPath(layout.lines.get(edge)!, 0),
    paint(painting) {
      for (const line of lines.values()) line.paint(painting);
      for (const [id, box] of boxes) box.paint(painting.boxMarkOf(id));
    },
    point(part, pinned) {
      const shown = part ?? pinned;
      const asked = `${shown?.id} ${pinned?.id}`;
      if (asked === pointedAt) return;
      pointedAt = asked;
      svg.classList.toggle("pointing", shown !== undefined);
      const near = shown === undefined ? undefined : touching(shown);
      for (const [text, line] of lines) {
        line.point(near?.edges.has(text) === true, pinned?.kind === "edge" && pinned.id === text);
      }
      for (const [id, { group }] of boxes) {
        group.classList.toggle("near", near?.boxes.has(id) === true);
        group.classList.toggle("pinned", pinned?.kind === "box" && pinned.id === id);
      }
    },
  };
}

interface DrawnLine {
  paint(painting: Painting): void;
  /** Whether it touches what is pointed at, and whether it is kept. */
  point(isNear: boolean, isPinned: boolean): void;
}

/** A line as one of its marks shows it. */
interface Face {
  readonly group: SVGGElement;
  /** Sets the width of the line, and with it the arrowhead. */
  widen(width: number): void;
}

/**
 * A line has a face for each mark that it can have while a threshold moves. They are made once, and the one of
 * the present mark is the one that is seen: so nothing is laid out again.
 */
function lineOf(link: Link, layout: Layout, layers: ReadonlyMap<Mark, SVGGElement>): DrawnLine {
  const { text } = link;
  const points = layout.lines.get(text)!;
  const faces = new Map<Mark, Face>();
  let seen: Mark | undefined;
  const faceFor = (mark: Mark): Face => {
    const known = faces.get(mark);
    if (known !== undefined) return known;
    const made = faceOf(text, points, mark);
    faces.set(mark, made);
    layers.get(mark)!.append(made.group);
    return made;
  };
  return {
    paint({ markOf, marksOf, scoreOf, largest }) {
      const mark = markOf(text);
      const isNew = mark !== seen;
      if (!isNew && QUIET.has(mark)) return;
      const width = scoreWidth(scoreOf(text), largest);
      if (isNew) for (const other of marksOf?.(text) ?? []) faceFor(other).widen(width);
      const face = faceFor(mark);
      face.widen(width);
      if (!isNew) return;
      const before = seen && faces.get(seen)!.group;
      face.group.setAttribute("class", before?.getAttribute("class") ?? "");
      face.group.setAttribute("visibility", "visible");
      before?.setAttribute("visibility", "hidden");
      seen = mark;
    },
    point(isNear, isPinned) {
      const { classList } = faces.get(seen!)!.group;
      classList.toggle("near", isNear);
      classList.toggle("pinned", isPinned);
    },
  };
}

/** Marks of thin lines without arrowheads, whatever their scores are. */
const QUIET: ReadonlySet<Mark> = new Set(["trueNegative", "outside"]);

function faceOf(text: string, points: Line, mark: Mark): Face {
  const line = svgEl("path", { class: "line" });
  const reach = svgEl("path", { class: "reach", d: linkPath(points, 0) });
  const isQuiet = QUIET.has(mark);
  const head = isQuiet ? undefined : svgEl("path", { class: "arrow" });
  const parts = [reach, line, ...(head === undefined ? [] : [head])];
  let present: number | undefined;
  return {
    group: svgEl("g", { "data-edge": text, visibility: "hidden" }, parts),
    widen(wanted) {
      const width = isQuiet ? 1 : wanted;
      if (width === present) return;
      present = width;
      const tip = arrowhead(points.at(-1)!, width);
      line.setAttribute("d", linkPath(points, tip.length));
      line.setAttribute("stroke-width", String(width));
      line.setAttribute("stroke-dasharray", dashOf(mark, width));
      head?.setAttribute("d", tip.path);
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
  let seen: Mark | undefined;
  return {
    group,
    paint(mark) {
      if (mark === seen) return;
      seen = mark;
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
