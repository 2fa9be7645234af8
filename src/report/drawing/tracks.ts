import type { Link } from "./picture.ts";
import { type Grid, type PlacedBox, SIZES } from "./rows.ts";

/** The way of a link past the rows between its ends: one x per such row, lowest row first. */
export type Way = readonly number[];

/** A stretch of a way along one track, over consecutive rows. */
interface Run {
  readonly link: number;
  readonly track: number;
  readonly firstRow: number;
  readonly lastRow: number;
  /**
   * Orders the lanes of a track: how far right the link comes from and goes to; of those that go to
   * the same side, the one that turns off first (or joins last) is nearest to it.
   */
  readonly pull: number;
}

/**
 * Finds every link a way that crosses no box.
 *
 * Lines pass a row only on tracks: between two columns of heads, outside of them, or over a head's
 * column where the row has no box. Each link takes the tracks with the least sideways movement,
 * avoiding crowded ones; links on one track then share it in parallel lanes. Deterministic: the
 * result depends on the links and their order only.
 */
export function routeLinks(grid: Grid, links: readonly Link[]): Way[] {
  const tracks = tracksOf(grid);
  const load = new Map<string, number>();
  const chosen = links.map((link) => {
    const way = cheapestTracks(grid, tracks, link, load);
    const first = grid.boxes.get(link.from)!.row + 1;
    way.forEach((track, i) => {
      const key = `${track}@${first + i}`;
      load.set(key, (load.get(key) ?? 0) + 1);
    });
    return way;
  });
  return spreadLanes(grid, links, chosen);
}

/** The x of all tracks, left to right: outside and between the columns, and the columns. */
function tracksOf({ boxes, width }: Grid): number[] {
  const columns = new Set<number>();
  for (const { box, x } of boxes.values()) if (box.place.kind === "head") columns.add(x);
  const half = SIZES.pitch / 2;
  const tracks = new Set([...columns].flatMap((x) => [x - half, x, x + half]));
  if (tracks.size === 0) tracks.add(width / 2);
  return [...tracks].sort((a, b) => a - b);
}

/** The free width of a track in a row; 0 where a box is. */
function freeWidth(track: number, row: readonly PlacedBox[]): number {
  const distances = row.map(({ x, width }) => Math.abs(track - x) - width / 2 - SIZES.clearance);
  return Math.max(0, 2 * Math.min(SIZES.pitch / 4, ...distances));
}

function boxesInRow(grid: Grid, row: number): PlacedBox[] {
  return [...grid.boxes.values()].filter((placed) => placed.row === row);
}

/** What each link that already uses a track in a row costs the next one, in units of way. */
const CROWDING = 6;
/** What changing the track between two rows costs besides the way: straight lines read best. */
const TURN = 24;

function cheapestTracks(
  grid: Grid,
  tracks: readonly number[],
  link: Link,
  load: ReadonlyMap<string, number>,
): number[] {
  const [from, to] = [grid.boxes.get(link.from)!, grid.boxes.get(link.to)!];
  const sideways = (box: PlacedBox, track: number) =>
    box.isBar ? Math.max(0, Math.abs(track - box.x) - box.width / 2) : Math.abs(track - box.x);
  let costs: number[] | undefined;
  const choices: number[][] = [];
  for (let row = from.row + 1; row < to.row; row++) {
    const boxes = boxesInRow(grid, row);
    const before = costs;
    const choice: number[] = [];
    costs = tracks.map((track, t) => {
      if (freeWidth(track, boxes) <= 0) return Number.POSITIVE_INFINITY;
      const crowd = CROWDING * (load.get(`${track}@${row}`) ?? 0);
      if (before === undefined) return crowd + sideways(from, track);
      const arrivals = tracks.map(
        (other, o) => before[o]! + (o === t ? 0 : TURN) + Math.abs(track - other),
      );
      const best = indexOfLeast(arrivals);
      choice[t] = best;
      return crowd + arrivals[best]!;
    });
    choices.push(choice);
  }
  if (costs === undefined) return [];
  let t = indexOfLeast(costs.map((cost, i) => cost + sideways(to, tracks[i]!)));
  const way: number[] = [];
  for (let i = choices.length - 1; i >= 0; i--) {
    way.unshift(tracks[t]!);
    t = choices[i]![t] ?? t;
  }
  return way;
}

function indexOfLeast(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value < values[best]! ? i : best), 0);
}

function spreadLanes(grid: Grid, links: readonly Link[], ways: readonly number[][]): Way[] {
  const runs = links.flatMap((link, i) => runsOf(grid, link, i, ways[i]!));
  const result = ways.map((way) => [...way]);
  for (const bundle of bundlesOf(runs)) {
    const sorted = [...bundle].sort((a, b) => a.pull - b.pull);
    const lanes = lanesOf(sorted);
    const count = Math.max(...lanes) + 1;
    const room = Math.min(
      ...sorted.flatMap(({ track, firstRow, lastRow }) =>
        range(firstRow, lastRow).map((row) => freeWidth(track, boxesInRow(grid, row))),
      ),
    );
    const distance = count === 1 ? 0 : Math.min(SIZES.lane, room / (count - 1));
    sorted.forEach(({ link, track, firstRow, lastRow }, r) => {
      const first = grid.boxes.get(links[link]!.from)!.row + 1;
      const x = track + (lanes[r]! - (count - 1) / 2) * distance;
      for (const row of range(firstRow, lastRow)) result[link]![row - first] = x;
    });
  }
  return result;
}

/** The runs that share a track and, directly or through others, a row. */
function bundlesOf(runs: readonly Run[]): Run[][] {
  const sorted = [...runs].sort((a, b) => a.track - b.track || a.firstRow - b.firstRow);
  const bundles: Run[][] = [];
  let end = { track: Number.NaN, lastRow: 0 };
  for (const run of sorted) {
    const joins = run.track === end.track && run.firstRow <= end.lastRow;
    if (joins) bundles.at(-1)!.push(run);
    else bundles.push([run]);
    end = { track: run.track, lastRow: joins ? Math.max(end.lastRow, run.lastRow) : run.lastRow };
  }
  return bundles;
}

function runsOf(grid: Grid, link: Link, index: number, way: readonly number[]): Run[] {
  const [from, to] = [grid.boxes.get(link.from)!, grid.boxes.get(link.to)!];
  const runs: Run[] = [];
  for (let start = 0; start < way.length; ) {
    let end = start;
    while (way[end + 1] === way[start]) end++;
    const track = way[start]!;
    const before = (way[start - 1] ?? (from.isBar ? track : from.x)) - track;
    const after = (way[end + 1] ?? (to.isBar ? track : to.x)) - track;
    const firstRow = from.row + 1 + start;
    const lastRow = from.row + 1 + end;
    const nesting = (Math.sign(before) * firstRow - Math.sign(after) * lastRow) / (2 * grid.rows);
    runs.push({ link: index, track, firstRow, lastRow, pull: before + after + nesting });
    start = end + 1;
  }
  return runs;
}

/** The lowest lane for each run that no overlapping earlier run has. */
function lanesOf(runs: readonly Run[]): number[] {
  const lanes: number[] = [];
  runs.forEach((run, r) => {
    const taken = new Set(
      runs
        .slice(0, r)
        .flatMap((other, o) =>
          other.firstRow <= run.lastRow && run.firstRow <= other.lastRow ? [lanes[o]!] : [],
        ),
    );
    let lane = 0;
    while (taken.has(lane)) lane++;
    lanes.push(lane);
  });
  return lanes;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
