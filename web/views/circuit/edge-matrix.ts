import "./edge-matrix.css";
import type { Circuit, GraphShape, Node } from "../../../src/circuit/index.ts";
import { boxOfNode, MARK_STYLES, type Mark } from "../../../src/report/index.ts";
import { el } from "../dom.ts";
import type { Painting, Part } from "./drawing.ts";
import type { Listeners } from "./listen.ts";

/** All edges of a model as cells, writers in rows and readers in columns: as fast with 33,000 edges as with ten. */
export interface EdgeMatrix {
  readonly root: HTMLElement;
  paint(painting: Painting): void;
  /** Sets off the cell of an edge, or the row and column of a box. */
  point(part: Part | undefined): void;
}

/** Pixels of a cell on the screen, where there is room. */
const CELL = 4;
/** Cells that are smaller than this are scrolled. */
const LEAST_CELL = 2;

const QUIET: ReadonlySet<Mark> = new Set(["trueNegative", "outside"]);

export function edgeMatrix(
  circuit: Circuit,
  shape: GraphShape,
  boxes: readonly string[],
  { point, pin }: Pick<Listeners, "point" | "pin">,
): EdgeMatrix {
  const { edges, cells, rows, columns, at } = gridOf(circuit, shape, boxes);
  const canvas = el("canvas", {
    width: columns.length,
    height: rows.length,
    tabindex: 0,
    role: "application",
    "aria-label": `${edges.length} edges: ${rows.length} writers in rows, ${columns.length} readers in columns, both from the input to the output. Arrows move between edges, Home and End to the ends of a row, Page Up and Page Down between edges that are true or in the circuit, Enter keeps one.`,
  });
  const said = el("p", { class: "unseen", "aria-live": "polite" });
  canvas.style.width = `${columns.length * CELL}px`;
  canvas.style.minWidth = `${columns.length * LEAST_CELL}px`;
  const [across, down] = [el("div", { class: "edge-row" }), el("div", { class: "edge-column" })];
  const legend = legendOf();
  const root = el("figure", { class: "edge-matrix" }, [
    el("figcaption", {}, [
      `All ${edges.length.toLocaleString("en")} edges: what writes in rows, what reads in columns.`,
      legend.root,
    ]),
    el("div", { class: "scrolls" }, [el("div", { class: "edge-cells" }, [canvas, across, down])]),
    said,
  ]);
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(columns.length, rows.length);
  const pixels = new Int32Array(image.data.buffer);
  /** How strong each edge is, from 0 to 1: a ranking does not change while it is cut elsewhere. */
  let strengths: Float32Array | undefined;
  let here: number | undefined;
  let marks: readonly Mark[] = [];
  /** The edges row by row. */
  const inRows = edges.map((_, i) => i).sort((a, b) => cells[a]! - cells[b]!);

  const partOf = (edge: number | undefined): Part | undefined =>
    edge === undefined ? undefined : { kind: "edge", id: edges[edge]! };
  const edgeUnder = ({ clientX, clientY }: PointerEvent | MouseEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const column = Math.floor(((clientX - left) / width) * columns.length);
    const row = Math.floor(((clientY - top) / height) * rows.length);
    return at(row, column);
  };
  canvas.addEventListener("pointermove", (event) => {
    const edge = edgeUnder(event);
    if (edge === here) return;
    here = edge;
    point(partOf(edge));
  });
  canvas.addEventListener("pointerleave", () => {
    here = undefined;
    point(undefined);
  });
  canvas.addEventListener("click", (event) => pin(partOf(edgeUnder(event))));
  canvas.addEventListener("keydown", (event) => {
    const next = nextFor(event.key);
    if (next !== undefined) {
      here = next;
      point(partOf(here));
      said.textContent = `${nameOfEdge(here)}: ${MARK_STYLES[marks[here]!].label}`;
    } else if (event.key === "Enter" || event.key === " ") pin(partOf(here));
    else if (event.key === "Escape") pin(undefined);
    else return;
    event.preventDefault();
  });
  /** Where a key leads: to the same edge if there is none further on, nowhere if it is no such key. */
  const nextFor = (key: string): number | undefined => {
    const aim = AIMS[key];
    const from = here ?? inRows[0]!;
    if (aim !== undefined) return here === undefined ? from : (nextFrom(from, aim) ?? from);
    const isInRow = (edge: number) => rowOf(edge) === rowOf(from);
    if (key === "Home") return inRows.find(isInRow);
    if (key === "End") return inRows.findLast(isInRow);
    const isLoud = (edge: number) => !QUIET.has(marks[edge]!);
    const isAfter = (edge: number) => here === undefined || cells[edge]! > cells[here]!;
    if (key === "PageDown") return inRows.find((one) => isLoud(one) && isAfter(one)) ?? from;
    if (key !== "PageUp") return undefined;
    return inRows.findLast((one) => isLoud(one) && cells[one]! < cells[from]!) ?? from;
  };
  const rowOf = (edge: number) => Math.floor(cells[edge]! / columns.length);
  const nameOfEdge = (edge: number) => {
    const places = [rows[rowOf(edge)]!, columns[cells[edge]! % columns.length]!];
    return places.map(({ box, port }) => (port === "" ? box : `${box}.${port}`)).join(" → ");
  };
  const nextFrom = (edge: number, [dx, dy]: readonly [number, number]) => {
    const cell = cells[edge]!;
    let [row, column] = [Math.floor(cell / columns.length), cell % columns.length];
    do {
      row += dy;
      column += dx;
      const found = at(row, column);
      if (found !== undefined) return found;
    } while (row >= 0 && column >= 0 && row < rows.length && column < columns.length);
    return undefined;
  };

  across.style.height = `${100 / rows.length}%`;
  down.style.width = `${100 / columns.length}%`;
  const strip = (element: HTMLElement, side: "left" | "top", place: number, of: number) => {
    element.hidden = place < 0;
    element.style[side] = `${(100 * place) / of}%`;
  };
  const cross = (row: number, column: number) => {
    strip(across, "top", row, rows.length);
    strip(down, "left", column, columns.length);
  };

  return {
    root,
    paint({ markOf, scoreOf, largest = 1 }) {
      strengths ??= Float32Array.from(edges, (edge) =>
        Math.sqrt(Math.min(1, Math.abs(scoreOf(edge) ?? 1) / (largest || 1))),
      );
      const colours = legend.colours();
      marks = edges.map((edge) => markOf(edge));
      for (let i = 0; i < edges.length; i++) {
        const mark = marks[i]!;
        const strength = strengths[i]!;
        const alpha = QUIET.has(mark) ? 0.25 + 0.3 * strength : 0.6 + 0.4 * strength;
        pixels[cells[i]!] = colours.get(mark)! | (Math.round(255 * alpha) << 24);
      }
      context.putImageData(image, 0, 0);
    },
    point(part) {
      if (part?.kind === "edge") {
        const cell = cells[edges.indexOf(part.id)] ?? -1;
        cross(Math.floor(cell / columns.length), cell < 0 ? -1 : cell % columns.length);
      } else {
        const is = ({ box }: Place) => box === part?.id;
        cross(rows.findIndex(is), columns.findIndex(is));
      }
    },
  };
}

const AIMS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** A row or a column. */
interface Place {
  readonly box: string;
  readonly port: string;
}

/** Where edges are: rows and columns in the order of the boxes, q, k and v side by side. */
function gridOf(circuit: Circuit, shape: GraphShape, boxes: readonly string[]) {
  const orderOf = new Map(boxes.map((box, i) => [box, i]));
  const placeOf = (node: Node): Place => ({
    box: boxOfNode(node, shape),
    port: /hook_([qkv])_input/.exec(node.hook)?.[1] ?? "",
  });
  const ends = Array.from(circuit.edges.values(), ([from, to]) => ({
    from: placeOf(from),
    to: placeOf(to),
  }));
  const sorted = (places: readonly Place[]) =>
    [...new Map(places.map((place) => [nameOf(place), place])).values()].sort(
      (a, b) =>
        orderOf.get(a.box)! - orderOf.get(b.box)! || PORTS.indexOf(a.port) - PORTS.indexOf(b.port),
    );
  const rows = sorted(ends.map(({ from }) => from));
  const columns = sorted(ends.map(({ to }) => to));
  const indexOf = (places: readonly Place[]) => new Map(places.map((p, i) => [nameOf(p), i]));
  const [rowOf, columnOf] = [indexOf(rows), indexOf(columns)];
  const cells = ends.map(
    ({ from, to }) => rowOf.get(nameOf(from))! * columns.length + columnOf.get(nameOf(to))!,
  );
  const edgeAt = new Map(cells.map((cell, i) => [cell, i]));
  return {
    edges: [...circuit.edges.keys()],
    cells,
    rows,
    columns,
    /** The edge of a cell, by its number. */
    at: (row: number, column: number) =>
      column < 0 || column >= columns.length
        ? undefined
        : edgeAt.get(row * columns.length + column),
  };
}

const PORTS = ["", "q", "k", "v"];
const nameOf = ({ box, port }: Place) => `${box}.${port}`;

/** What the colours mean, which also knows what they are at present: light or dark. */
function legendOf() {
  const marks = Object.keys(MARK_STYLES) as Mark[];
  const entries = new Map(marks.map((mark) => [mark, el("span", { class: `edge-mark ${mark}` })]));
  return {
    root: el(
      "span",
      { class: "edge-legend" },
      marks.map((mark) => el("span", {}, [entries.get(mark)!, MARK_STYLES[mark].label])),
    ),
    colours: (): ReadonlyMap<Mark, number> =>
      new Map(
        Array.from(entries, ([mark, entry]) => [mark, pixelOf(getComputedStyle(entry).color)]),
      ),
  };
}

/** `rgb(1, 2, 3)` as a pixel without opacity, red in the lowest byte. */
function pixelOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return red | (green << 8) | (blue << 16);
}
