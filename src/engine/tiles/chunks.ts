/** Sums of one chunk take at most this much memory, unless there are few chunks anyway. */
const ACCUMULATOR_BUDGET = 1 << 19;
const FEWEST = 4;
const MOST = 8;

/**
 * Into how many chunks the tiles of a run are cut: 8, or 4 where the sums are large, so that 2 and 4
 * threads get equally many. Each chunk sums on its own, and the chunks are added in order: the result
 * depends on this number, so it depends on nothing but the data's size.
 */
export function countChunks(tiles: number, accumulatorWords: number): number {
  const isAffordable = MOST * accumulatorWords <= ACCUMULATOR_BUDGET;
  return Math.max(1, Math.min(tiles, isAffordable ? MOST : FEWEST));
}
