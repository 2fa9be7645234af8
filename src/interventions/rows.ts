import { forwardWork, type TransformerConfig } from "../transformer/index.ts";

/** `values[at[i]]` for each i: `at.map(…)`, but many times as fast. */
export function pick(values: Uint32Array, at: Uint32Array): Uint32Array {
  const picked = new Uint32Array(at.length);
  for (let i = 0; i < at.length; i++) picked[i] = values[at[i]!]!;
  return picked;
}

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

/** Inputs by row number, and how much each counts. */
export interface WeightedRows {
  readonly rows: Uint32Array;
  /** `[i]`. */
  readonly weights: Float64Array;
}

/** Some of a list of inputs. */
export interface RowsPart extends WeightedRows {
  /** Number of the part's first input. */
  readonly offset: number;
}

/** The inputs in parts of at most `most`, but of at least one. */
export function* partsOf({ rows, weights }: WeightedRows, most: number): Generator<RowsPart, void> {
  const size = Math.max(1, Math.floor(most));
  for (let offset = 0; offset < rows.length; offset += size) {
    const end = offset + size;
    yield { rows: rows.subarray(offset, end), weights: weights.subarray(offset, end), offset };
  }
}

/** Multiply-adds of a run, which cannot be interrupted: about a tenth of a second on native kernels. */
const MOST_WORK = 2 ** 32;

/** Sequences that a run may have in any case. */
const FEWEST = 4096;

/**
 * Most sequences in one run of a model on so many positions: whole data sets of small models, parts
 * of them for large ones.
 */
export function largestRun(config: TransformerConfig, positions: number): number {
  return Math.max(FEWEST, Math.floor(MOST_WORK / forwardWork(config, positions)));
}

/** Most sequences in one run whose outputs are kept one by one: they lie in memory twice for a while. */
export const LARGEST_RUN = 4096;

/** Rows in pieces of at most {@link LARGEST_RUN}, in order; they share the memory of `rows`. */
export function* slices(rows: Uint32Array): Generator<Uint32Array, void> {
  for (let start = 0; start < rows.length; start += LARGEST_RUN) {
    yield rows.subarray(start, start + LARGEST_RUN);
  }
}
