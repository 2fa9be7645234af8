/** Rows of a table, each once. */
export interface DistinctRows {
  /** In the order in which they first come. */
  readonly rows: Uint32Array;
  /** How often each was wanted. */
  readonly counts: Uint32Array;
}

/**
 * The distinct ones among rows of a table. Writes where each stands among them into `slots` `[row]`,
 * whose contents before do not matter.
 */
export function distinctRows(wanted: Uint32Array, slots: Uint32Array): DistinctRows {
  const rows = new Uint32Array(Math.min(slots.length, wanted.length));
  const counts = new Uint32Array(rows.length);
  let found = 0;
  for (const row of wanted) {
    let slot = slots[row]!;
    if (slot >= found || rows[slot] !== row) {
      slot = found++;
      slots[row] = slot;
      rows[slot] = row;
    }
    counts[slot]!++;
  }
  return { rows: rows.subarray(0, found), counts: counts.subarray(0, found) };
}
