import { spreadLanes, type Way } from "./lanes.ts";
import type { DiagramFacts, LinkFacts } from "./picture.ts";
import { type Grid, gridOf, type PlacedBox, SIZES } from "./rows.ts";
import { chooseTracks } from "./track-choice.ts";
import { tracksOf } from "./tracks.ts";

/** A point of the drawing; y grows downwards, as in SVG. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box with its rectangle; `x` is the left, `y` the upper edge. */
export interface BoxShape extends PlacedBox {
  readonly left: number;
  readonly top: number;
}

/** The background of a layer. */
export interface LayerBand {
  readonly layer: number;
  readonly top: number;
  readonly height: number;
}

/** A line: pairs of points, entered and left vertically, from the writer to the reader. */
export type Line = readonly Point[];

/** Where everything that a renderer draws is, in user units, from (0, 0). */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** By id. */
  readonly boxes: ReadonlyMap<string, BoxShape>;
  /** The line of each link, by its edge text. */
  readonly lines: ReadonlyMap<string, Line>;
  readonly bands: readonly LayerBand[];
  /** Whether heads show their three inputs. */
  readonly hasPorts: boolean;
}

/** Distance of two lines that meet the same side of a box. */
const PORT_DISTANCE = 9;
/** Offsets of a head's q, k and v inputs from its centre. */
export const PORT_OFFSETS = { q: -18, k: 0, v: 18 } as const;

/**
 * The coordinates of a diagram; the same diagram always has the same.
 *
 * Marks and scores decide nothing: pictures of parts of one diagram can be drawn with its layout.
 */
export function layoutOf({ shape, boxes, links }: DiagramFacts): Layout {
  const grid = gridOf({ shape, boxes });
  const tracks = tracksOf(grid);
  const ways = spreadLanes(grid, tracks, links, chooseTracks(grid, tracks, links));
  const tops = rowTops(grid, links, ways);
  const ends = portsOf(grid, links, ways);
  const lineOf = ({ from, to }: LinkFacts, i: number): Line => {
    const [writer, reader] = [grid.boxes.get(from)!, grid.boxes.get(to)!];
    const points: Point[] = [{ x: ends[i]!.start, y: tops[writer.row]! }];
    ways[i]!.forEach((x, k) => {
      const y = tops[writer.row + 1 + k]!;
      points.push({ x, y: y + SIZES.boxHeight }, { x, y });
    });
    points.push({ x: ends[i]!.end, y: tops[reader.row]! + SIZES.boxHeight });
    return points;
  };
  const rowsPerLayer = shape.attnOnly === true ? 1 : 2;
  const bands = Array.from({ length: shape.nLayers }, (_, layer) => {
    const top = tops[(layer + 1) * rowsPerLayer]!;
    return { layer, top, height: tops[layer * rowsPerLayer + 1]! + SIZES.boxHeight - top };
  });
  return {
    width: grid.width,
    height: tops[0]! + SIZES.boxHeight,
    boxes: new Map(
      Array.from(grid.boxes, ([id, placed]) => [
        id,
        { ...placed, left: placed.x - placed.width / 2, top: tops[placed.row]! },
      ]),
    ),
    lines: new Map(links.map((link, i) => [link.text, lineOf(link, i)])),
    bands,
    hasPorts: links.some(({ port }) => port !== undefined),
  };
}

/** The upper edge of every row of boxes; gaps grow with the lines that turn in them. */
function rowTops(grid: Grid, links: readonly LinkFacts[], ways: readonly Way[]): number[] {
  const turns = Array.from({ length: grid.rows }, () => 0);
  links.forEach((link, i) => {
    const [from, to] = [grid.boxes.get(link.from)!, grid.boxes.get(link.to)!];
    const xs = [from.isBar ? undefined : from.x, ...ways[i]!, to.isBar ? undefined : to.x];
    for (let k = 0; k + 1 < xs.length; k++) {
      const [a, b] = [xs[k], xs[k + 1]];
      if (a !== undefined && b !== undefined && a !== b) turns[from.row + k]! += 1;
    }
  });
  const tops = [0];
  for (let row = grid.rows - 2; row >= 0; row--) {
    tops.unshift(tops[0]! + SIZES.boxHeight + SIZES.gap + Math.min(80, 2.5 * turns[row]!));
  }
  return tops;
}

/** Where each link leaves its writer and enters its reader: in the order of where it goes. */
function portsOf(
  grid: Grid,
  links: readonly LinkFacts[],
  ways: readonly Way[],
): { readonly start: number; readonly end: number }[] {
  const ends = links.map((link, i) => {
    const [from, to] = [grid.boxes.get(link.from)!, grid.boxes.get(link.to)!];
    const way = ways[i]!;
    return {
      from,
      to,
      start: from.isBar ? clampTo(from, way[0] ?? to.x) : from.x,
      end: to.isBar ? clampTo(to, way.at(-1) ?? from.x) : to.x,
    };
  });
  const leavingBy = indicesBy(links, ({ from }) => from);
  const enteringBy = indicesBy(links, ({ to, port }) => `${to} ${port}`);
  for (const placed of grid.boxes.values()) {
    if (placed.isBar) continue;
    const leaving = leavingBy.get(placed.box.id) ?? [];
    const leavesFor = (i: number) => ways[i]![0] ?? ends[i]!.end;
    spread(leaving, leavesFor, placed.x, placed.width, (i, x) => {
      ends[i]!.start = x;
    });
    for (const port of [undefined, "q", "k", "v"] as const) {
      const entering = enteringBy.get(`${placed.box.id} ${port}`) ?? [];
      const comesFrom = (i: number) => ways[i]!.at(-1) ?? ends[i]!.start;
      const centre = port === undefined ? placed.x : placed.x + PORT_OFFSETS[port];
      const width = port === undefined ? placed.width : PORT_OFFSETS.v;
      spread(entering, comesFrom, centre, width, (i, x) => {
        ends[i]!.end = x;
      });
    }
  }
  return ends.map(({ from, to, start, end }, i) => ({
    start: from.isBar && ways[i]!.length === 0 ? clampTo(from, end) : start,
    end: to.isBar && ways[i]!.length === 0 ? clampTo(to, start) : end,
  }));
}

/** The indices of links in groups, by a text made of each. */
function indicesBy(
  links: readonly LinkFacts[],
  keyOf: (link: LinkFacts) => string,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  links.forEach((link, i) => {
    const key = keyOf(link);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  });
  return groups;
}

function spread(
  links: readonly number[],
  towards: (link: number) => number,
  centre: number,
  width: number,
  place: (link: number, x: number) => void,
): void {
  const sorted = [...links].sort((a, b) => towards(a) - towards(b) || a - b);
  const room = width - 12;
  const distance = sorted.length < 2 ? 0 : Math.min(PORT_DISTANCE, room / (sorted.length - 1));
  sorted.forEach((link, i) => {
    place(link, centre + (i - (sorted.length - 1) / 2) * distance);
  });
}

function clampTo({ x, width }: PlacedBox, wanted: number): number {
  return Math.min(Math.max(wanted, x - width / 2 + 8), x + width / 2 - 8);
}
