import type { LinkFacts } from "./picture.ts";
import type { Grid, PlacedBox } from "./rows.ts";
import type { Tracks } from "./tracks.ts";

/** What each link that already uses a track in a row costs the next one, in units of way. */
const CROWDING = 6;
/** What changing the track between two rows costs besides the way: straight lines read best. */
const TURN = 24;

/** Which track a link takes past each row between its ends, lowest row first. */
export type TrackChoice = readonly number[];

/**
 * Gives every link the tracks with the least sideways movement, avoiding crowded ones. Time grows
 * with links · rows · tracks. Deterministic: the result depends on the links and their order only.
 */
export function chooseTracks(
  grid: Grid,
  tracks: Tracks,
  links: readonly LinkFacts[],
): TrackChoice[] {
  const { xs } = tracks;
  /** How many links use a track in a row. */
  const load = Array.from({ length: grid.rows }, () => new Uint32Array(xs.length));
  return links.map((link) => {
    const [from, to] = [grid.boxes.get(link.from)!, grid.boxes.get(link.to)!];
    const choice = cheapestTracks(from, to, tracks, load);
    choice.forEach((track, i) => {
      load[from.row + 1 + i]![track]! += 1;
    });
    return choice;
  });
}

function cheapestTracks(
  from: PlacedBox,
  to: PlacedBox,
  { xs, freeWidth }: Tracks,
  load: readonly Uint32Array[],
): number[] {
  if (to.row <= from.row + 1) return [];
  /** Least cost of each track in the row, and the track of the row below from which that is. */
  const costs = Float64Array.from(xs, (x) => sideways(from, x));
  const origins: Uint32Array[] = [];
  for (let row = from.row + 1; row < to.row; row++) {
    if (row > from.row + 1) origins.push(moveOn(xs, costs));
    const crowds = load[row]!;
    for (let t = 0; t < costs.length; t++) {
      const isFree = freeWidth(t, row) > 0;
      costs[t] = isFree ? CROWDING * crowds[t]! + costs[t]! : Number.POSITIVE_INFINITY;
    }
  }
  const choice = [indexOfLeast(costs.map((cost, t) => cost + sideways(to, xs[t]!)))];
  for (const origin of origins.reverse()) choice.push(origin[choice.at(-1)!]!);
  return choice.reverse();
}

/** How far a line at x is from where it may leave or enter a box. */
function sideways(box: PlacedBox, x: number): number {
  const distance = Math.abs(x - box.x);
  return box.isBar ? Math.max(0, distance - box.width / 2) : distance;
}

/**
 * Replaces the least costs of the tracks in a row by those of arriving at them in the next one, and
 * returns for each from where: the leftmost of the cheapest.
 *
 * Of two tracks on the same side the cheaper one stays the cheaper one further away, so one sweep
 * from each side finds it.
 */
function moveOn(xs: readonly number[], costs: Float64Array): Uint32Array {
  const last = costs.length - 1;
  const arrival = (from: number, to: number) => costs[from]! + TURN + Math.abs(xs[to]! - xs[from]!);
  const origins = new Uint32Array(costs.length);
  const least = costs.slice();
  for (let t = 0, left = 0; t <= last; t++) {
    const cost = arrival(left, t);
    if (t > left && cost <= least[t]!) [least[t], origins[t]] = [cost, left];
    else origins[t] = t;
    if (t < last && arrival(t, t + 1) < arrival(left, t + 1)) left = t;
  }
  for (let t = last, right = last; t >= 0; t--) {
    const cost = arrival(right, t);
    if (t < right && cost < least[t]!) [least[t], origins[t]] = [cost, right];
    if (t > 0 && arrival(t, t - 1) <= arrival(right, t - 1)) right = t;
  }
  costs.set(least);
  return origins;
}

function indexOfLeast(values: Float64Array): number {
  return values.reduce((best, value, i) => (value < values[best]! ? i : best), 0);
}
