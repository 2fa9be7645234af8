import type { PositionFacts, Transformer } from "../transformer/index.ts";

/** A transformer and the inputs that it is run on, each perhaps with another one beside it: plain data. */
export interface PairedInputs extends PositionFacts {
  readonly transformer: Transformer;
  /** Number of inputs, or pairs of them, ≥ 1. */
  readonly rows: number;
  /** Token ids, row-major `[row, pos]`. */
  readonly cleanTokens: Int32Array;
  /**
   * Token ids `[row, pos]`; row i is what row i of the clean inputs is compared with. For ablations
   * that take values from another input.
   */
  readonly corruptedTokens?: Int32Array;
  /** How many inputs each row stands for, `[row]`, its weight in all means. Default 1. */
  readonly multiplicity?: ArrayLike<number>;
}

/** The weight of each row in a mean over all inputs, `[row]`; they add up to 1. */
export function rowWeights({
  rows,
  multiplicity,
}: Pick<PairedInputs, "rows" | "multiplicity">): Float64Array {
  const counts = Float64Array.from({ length: rows }, (_, row) => multiplicity?.[row] ?? 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}
