import { type Grid, type PlacedBox, SIZES } from "./rows.ts";

/**
 * Where lines pass rows: between two columns of heads, outside of them, or over a head's column where
 * the row has no box.
 */
export interface Tracks {
  /** The x of every track, left to right. */
  readonly xs: readonly number[];
  /** How wide a track is free in a row; 0 where a box is. */
  freeWidth(track: number, row: number): number;
}

/** The tracks of a grid. */
export function tracksOf({ boxes, rows, width }: Grid): Tracks {
  const half = SIZES.pitch / 2;
  const columns = new Set<number>();
  const boxesByRow = Array.from({ length: rows }, (): PlacedBox[] => []);
  for (const placed of boxes.values()) {
    boxesByRow[placed.row]!.push(placed);
    if (placed.box.place.kind === "head") columns.add(placed.x);
  }
  const found = new Set([...columns].flatMap((x) => [x - half, x, x + half]));
  if (found.size === 0) found.add(width / 2);
  const xs = [...found].sort((a, b) => a - b);
  const free = boxesByRow.map((row) => Float64Array.from(xs, (x) => widthBetween(x, row)));
  return { xs, freeWidth: (track, row) => free[row]![track]! };
}

function widthBetween(x: number, row: readonly PlacedBox[]): number {
  const distances = row.map((box) => Math.abs(x - box.x) - box.width / 2 - SIZES.clearance);
  return Math.max(0, 2 * Math.min(SIZES.pitch / 4, ...distances));
}
