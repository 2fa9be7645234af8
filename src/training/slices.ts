/** Most sequences in one run whose outputs are kept one by one: they lie in memory twice for a while. */
export const LARGEST_RUN = 4096;

/** Rows in pieces of at most {@link LARGEST_RUN}, in order; they share the memory of `rows`. */
export function* slices(rows: Uint32Array): Generator<Uint32Array, void> {
  for (let start = 0; start < rows.length; start += LARGEST_RUN) {
    yield rows.subarray(start, start + LARGEST_RUN);
  }
}
