import { spreadLanes, type Way } from "./lanes.ts";
import type { Diagram, Link } from "./picture.ts";
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

/** A link's line: pairs of points, entered and left vertically, from the writer to the reader. */
export interface LinkShape {
  readonly link: Link;
  readonly points: readonly Point[];
}

/** The background of a layer. */
export interface LayerBand {
  readonly layer: number;
  readonly top: number;
  readonly height: number;
}

/** Everything a renderer draws, in user units, from (0, 0). */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly BoxShape[];
  readonly links: readonly LinkShape[];
  readonly bands: readonly LayerBand[];
  /** Whether heads show their three inputs. */
  readonly hasPorts: boolean;
}

/** Distance of two lines that meet the same side of a box. */
const PORT_DISTANCE = 9;
/** Offsets of a head's q, k and v inputs from its centre. */
export const PORT_OFFSETS = { q: -18, k: 0, v: 18 } as const;

/** The coordinates of a diagram; the same diagram always has the same. */
export function layoutOf(diagram: Diagram): Layout {
  const grid = gridOf(diagram);
  const tracks = tracksOf(grid);
  const ways = spreadLanes(grid, tracks, diagram.links, chooseTracks(grid, tracks, diagram.links));
  const tops = rowTops(grid, diagram.links, ways);
  const ends = portsOf(grid, diagram.links, ways);
  const links = diagram.links.map((link, i): LinkShape => {
    const [from, to] = [grid.boxes.get(link.from)!, grid.boxes.get(link.to)!];
    const points: Point[] = [{ x: ends[i]!.start, y: tops[from.row]! }];
    ways[i]!.forEach((x, k) => {
      const y = tops[from.row + 1 + k]!;
      points.push({ x, y: y + SIZES.boxHeight }, { x, y });
    });
    points.push({ x: ends[i]!.end, y: tops[to.row]! + SIZES.boxHeight });
    return { link, points };
  });
  const rowsPerLayer = diagram.shape.attnOnly === true ? 1 : 2;
  const bands = Array.from({ length: diagram.shape.nLayers }, (_, layer) => {
    const top = tops[(layer + 1) * rowsPerLayer]!;
    return { layer, top, height: tops[layer * rowsPerLayer + 1]! + SIZES.boxHeight - top };
  });
  return {
    width: grid.width,
    height: tops[0]! + SIZES.boxHeight,
    boxes: Array.from(grid.boxes.values(), (placed) => ({
      ...placed,
      left: placed.x - placed.width / 2,
      top: tops[placed.row]!,
    })),
    links,
    bands,
    hasPorts: diagram.links.some(({ port }) => port !== undefined),
  };
}

/** The upper edge of every row of boxes; gaps grow with the lines that turn in them. */
function rowTops(grid: Grid, links: readonly Link[], ways: readonly Way[]): number[] {
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
  links: readonly Link[],
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
function indicesBy(links: readonly Link[], keyOf: (link: Link) => string): Map<string, number[]> {
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
