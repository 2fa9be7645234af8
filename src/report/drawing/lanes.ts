import type { LinkFacts } from "./picture.ts";
import { type Grid, SIZES } from "./rows.ts";
import type { TrackChoice } from "./track-choice.ts";
import type { Tracks } from "./tracks.ts";

/** The way of a link past the rows between its ends: one x per such row, lowest row first. */
export type Way = readonly number[];

/** Rows from the first to the last. */
export interface RowSpan {
  readonly firstRow: number;
  readonly lastRow: number;
}

/** A stretch of a way along one track, over consecutive rows. */
interface Run extends RowSpan {
  readonly link: number;
  readonly track: number;
  /**
   * Orders the lanes of a track: how far right the link comes from and goes to; of those that go to
   * the same side, the one that turns off first (or joins last) is nearest to it.
   */
  readonly pull: number;
}

/** Puts links that share a track in parallel lanes of it. */
export function spreadLanes(
  grid: Grid,
  tracks: Tracks,
  links: readonly LinkFacts[],
  choices: readonly TrackChoice[],
): Way[] {
  const runs = links.flatMap((link, i) => runsOf(grid, tracks, link, i, choices[i]!));
  const ways = choices.map((choice) => choice.map((track) => tracks.xs[track]!));
  for (const bundle of bundlesOf(runs)) {
    const sorted = [...bundle].sort((a, b) => a.pull - b.pull);
    const lanes = lanesOf(sorted);
    const count = 1 + lanes.reduce((most, lane) => Math.max(most, lane), 0);
    const distance = count === 1 ? 0 : Math.min(SIZES.lane, roomOf(tracks, bundle) / (count - 1));
    sorted.forEach(({ link, track, firstRow, lastRow }, r) => {
      const x = tracks.xs[track]! + (lanes[r]! - (count - 1) / 2) * distance;
      const first = grid.boxes.get(links[link]!.from)!.row + 1;
      ways[link]!.fill(x, firstRow - first, lastRow - first + 1);
    });
  }
  return ways;
}

function runsOf(
  grid: Grid,
  { xs }: Tracks,
  link: LinkFacts,
  index: number,
  choice: TrackChoice,
): Run[] {
  const [from, to] = [grid.boxes.get(link.from)!, grid.boxes.get(link.to)!];
  const runs: Run[] = [];
  for (let start = 0; start < choice.length; ) {
    let end = start;
    while (choice[end + 1] === choice[start]) end++;
    const track = choice[start]!;
    const x = xs[track]!;
    const comesFrom = start === 0 ? (from.isBar ? x : from.x) : xs[choice[start - 1]!]!;
    const goesTo = end + 1 === choice.length ? (to.isBar ? x : to.x) : xs[choice[end + 1]!]!;
    const [before, after] = [comesFrom - x, goesTo - x];
    const firstRow = from.row + 1 + start;
    const lastRow = from.row + 1 + end;
    const nesting = (Math.sign(before) * firstRow - Math.sign(after) * lastRow) / (2 * grid.rows);
    runs.push({ link: index, track, firstRow, lastRow, pull: before + after + nesting });
    start = end + 1;
  }
  return runs;
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

/** How wide the track of a bundle is free in all rows of it, which follow each other. */
function roomOf({ freeWidth }: Tracks, bundle: readonly Run[]): number {
  const { track, firstRow } = bundle[0]!;
  const lastRow = bundle.reduce((last, run) => Math.max(last, run.lastRow), firstRow);
  let room = Number.POSITIVE_INFINITY;
  for (let row = firstRow; row <= lastRow; row++) room = Math.min(room, freeWidth(track, row));
  return room;
}

/**
 * The lowest lane for each span that no earlier span has in one of its rows. Lanes taken are bits, 32
 * to a word, so that time grows with spans · rows · lanes / 32.
 */
export function lanesOf(spans: readonly RowSpan[]): number[] {
  /** Per row, the lanes that are taken in it. */
  const taken: number[][] = [];
  return spans.map(({ firstRow, lastRow }) => {
    let word = 0;
    let free = freeBits(taken, firstRow, lastRow, word);
    while (free === 0) free = freeBits(taken, firstRow, lastRow, ++word);
    const lowest = free & -free;
    for (let row = firstRow; row <= lastRow; row++) {
      taken[row] ??= [];
      taken[row]![word] = (taken[row]![word] ?? 0) | lowest;
    }
    return 32 * word + 31 - Math.clz32(lowest);
  });
}

function freeBits(taken: readonly number[][], firstRow: number, lastRow: number, word: number) {
  let bits = 0;
  for (let row = firstRow; row <= lastRow; row++) bits |= taken[row]?.[word] ?? 0;
  return ~bits;
}
