/** Rows of a table, each once. */
export interface DistinctRows {
  /** In the order in which they first come. */
  readonly rows: Uint32Array;
  /** How often each was wanted. */
  readonly counts: Uint32Array;
}

/** Fills `rows` and `counts`, and returns how many they are. */
function collect(
  wanted: Uint32Array,
  slots: Uint32Array,
  rows: Uint32Array,
  counts: Uint32Array,
): number {
  let found = 0;
  for (let i = 0; i < wanted.length; i++) {
    const row = wanted[i]!;
    let slot = slots[row]!;
    if (slot >= found || rows[slot] !== row) {
      slot = found++;
      slots[row] = slot;
      rows[slot] = row;
    }
    counts[slot]!++;
  }
  return found;
}

/**
 * The distinct ones among rows of a table. Writes where each stands among them into `slots` `[row]`,
 * whose contents before do not matter.
 */
export function distinctRows(wanted: Uint32Array, slots: Uint32Array): DistinctRows {
  const rows = new Uint32Array(Math.min(slots.length, wanted.length));
  const counts = new Uint32Array(rows.length);
  const found = collect(wanted, slots, rows, counts);
  return { rows: rows.subarray(0, found), counts: counts.subarray(0, found) };
}
