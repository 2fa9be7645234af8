import type { Key } from "../rng/index.ts";
import { drawPairs, inputCount, type Pairs, type TrainingTask } from "../training/index.ts";

/** Pairs of inputs by row number, and how much each counts. */
export interface WeightedPairs extends Pairs {
  /** `[pair]`. */
  readonly weights: Float64Array;
}

/** Inputs by row number, and how much each counts. */
export interface WeightedRows {
  readonly rows: Uint32Array;
  /** `[i]`. */
  readonly weights: Float64Array;
}

/** Most inputs in one run. */
const LARGEST_RUN = 4096;

/** Visits inputs in parts that fit into a run; `offset` is the number of a part's first input. */
export function forEachPart(
  { rows, weights }: WeightedRows,
  visit: (part: WeightedRows, offset: number) => void,
): void {
  for (let start = 0; start < rows.length; start += LARGEST_RUN) {
    const end = start + LARGEST_RUN;
    visit({ rows: rows.subarray(start, end), weights: weights.subarray(start, end) }, start);
  }
}

/** Pairs to measure, and whether they are all there are. */
export interface ChosenPairs extends WeightedPairs {
  readonly isComplete: boolean;
}

/**
 * All ordered pairs of distinct inputs (equal ones included), each weighing the product of its
 * multiplicities, if they fit into the budget; else `budget` pairs drawn by multiplicity.
 */
export function choosePairs(task: TrainingTask, budget: number, key: Key): ChosenPairs {
  const { multiplicity } = task;
  const rows = inputCount(task);
  const count = rows * rows;
  if (count > budget) {
    const pairs = drawPairs(multiplicity, budget, key.fold("pairs"));
    return { ...pairs, weights: new Float64Array(budget).fill(1), isComplete: false };
  }
  const base = Uint32Array.from({ length: count }, (_, i) => Math.floor(i / rows));
  const source = Uint32Array.from({ length: count }, (_, i) => i % rows);
  const weights = Float64Array.from(base, (b, i) => multiplicity[b]! * multiplicity[source[i]!]!);
  return { base, source, weights, isComplete: true };
}

/** All inputs, each weighing its multiplicity, or `budget` different ones in random order. */
export function chooseRows(task: TrainingTask, budget: number, key: Key): WeightedRows {
  const count = inputCount(task);
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  const rows = count <= budget ? all : Uint32Array.from(key.fold("rows").sample(all, budget));
  return { rows, weights: Float64Array.from(rows, (row) => task.multiplicity[row]!) };
}
