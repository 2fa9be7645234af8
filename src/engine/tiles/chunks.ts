/** Sums of one chunk take at most this much memory, unless there are few chunks anyway. */
const ACCUMULATOR_BUDGET = 1 << 19;
const FEWEST = 4;
const MOST = 8;

/**
 * Into how many chunks the tiles of a run are cut. Each chunk sums on its own, and the chunks are
 * added in order: the result depends on this number, so it depends on nothing but the data's size.
 */
export function countChunks(tiles: number, accumulatorWords: number): number {
  const affordable = Math.floor(ACCUMULATOR_BUDGET / Math.max(1, accumulatorWords));
  return Math.max(1, Math.min(tiles, MOST, Math.max(FEWEST, affordable)));
}
