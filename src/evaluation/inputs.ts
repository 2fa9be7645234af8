import type { Pairs, WeightedRows } from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import { drawPairs, inputCount, type TrainingTask } from "../training/index.ts";

/** Pairs of inputs by row number, and how much each counts. */
export interface WeightedPairs extends Pairs {
  /** `[pair]`. */
  readonly weights: Float64Array;
}

/** The pairs, all of which count the same. */
export function equalWeights({ base, source }: Pairs): WeightedPairs {
  return { base, source, weights: new Float64Array(base.length).fill(1) };
}

/** Pairs to measure, and whether they are all there are. */
export interface ChosenPairs extends WeightedPairs {
  readonly isComplete: boolean;
}

/**
 * All ordered pairs of distinct inputs (equal ones included), each weighing the product of its
 * multiplicities, if they fit into the budget; else `budget` pairs drawn by multiplicity.
 */
export function choosePairs(
  task: Pick<TrainingTask, "multiplicity">,
  budget: number,
  key: Key,
): ChosenPairs {
  const { multiplicity } = task;
  const rows = inputCount(task);
  const count = rows * rows;
  if (count > budget) {
    const pairs = drawPairs(multiplicity, budget, key.fold("pairs"));
    return { ...equalWeights(pairs), isComplete: false };
  }
  const [base, source] = [new Uint32Array(count), new Uint32Array(count)];
  for (let i = 0; i < count; i++) {
    base[i] = Math.floor(i / rows);
    source[i] = i % rows;
  }
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
