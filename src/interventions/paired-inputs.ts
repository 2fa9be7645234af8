import { InterpBenchError } from "../errors/index.ts";
import {
  assertFiniteWeights,
  assertTokenTable,
  assertWeights,
  type PositionFacts,
  positionsProblem,
  type Transformer,
} from "../transformer/index.ts";

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
  /** Whether outputs are classes, or numbers. Default: classes, if there is more than one output. */
  readonly categorical?: boolean;
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

/** Throws an error that names the part of some inputs that is not usable. */
export type Refuse = (at: string, expected: string, received: string, hint?: string) => never;

/** A {@link Refuse} with `E_TASK`; `message` says of what the part is one. */
export function refuseTask(message: string): Refuse {
  return (at, expected, received, hint) => {
    throw new InterpBenchError("E_TASK", message, { at, expected, received, hint });
  };
}

/** Refuses anything but a table of so many rows of token ids; `at` names it. */
export function assertTokenInputs(
  at: string,
  tokens: Int32Array,
  {
    dVocab,
    rows,
    positions,
  }: { readonly dVocab: number; readonly rows: number; readonly positions: number },
  refuse: Refuse,
): void {
  try {
    assertTokenTable(dVocab, tokens, rows, positions);
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    const place = error.at === undefined ? at : `${at}, ${error.at}`;
    refuse(place, error.expected ?? "token ids", error.received ?? "others");
  }
}

/** Refuses anything but a number above 0 for each row. */
export function assertMultiplicity(
  multiplicity: ArrayLike<number>,
  rows: number,
  refuse: Refuse,
): void {
  if (multiplicity.length !== rows) {
    refuse("multiplicity", `${rows} numbers`, `${multiplicity.length}`);
  }
  for (let row = 0; row < rows; row++) {
    const count = multiplicity[row]!;
    if (count > 0 && count < Number.POSITIVE_INFINITY) continue;
    refuse(`multiplicity, row ${row}`, "a number above 0", String(count));
  }
}

/** Inputs that fit together: they do not change. */
const usable = new WeakSet<PairedInputs>();

/**
 * Refuses inputs that do not fit together: all are `[row, pos]` token ids of the transformer, which has
 * edges, and at least one position counts. Throws `E_WEIGHTS`, and `E_NUMBER` for weights that are not
 * finite. The same inputs are looked at once.
 */
export function assertPairedInputs(
  inputs: PairedInputs,
  refuse: Refuse = refuseTask("the inputs of a run are not usable"),
): void {
  if (usable.has(inputs)) return;
  const { transformer, rows, positions, cleanTokens, corruptedTokens, multiplicity } = inputs;
  const { config, weights } = transformer;
  assertWeights(config, weights);
  assertFiniteWeights(weights);
  if (config.nLayers < 1) refuse("transformer.config.nLayers", "at least 1", "0");
  if (!Number.isInteger(rows) || rows < 1) {
    refuse("rows", "a whole number of at least 1", String(rows));
  }
  const problem = positionsProblem(inputs, config.nCtx);
  if (problem !== undefined) refuse(problem.at, problem.expected, problem.received);
  const facts = { dVocab: config.dVocab, rows, positions };
  assertTokenInputs("cleanTokens", cleanTokens, facts, refuse);
  if (corruptedTokens !== undefined) {
    assertTokenInputs("corruptedTokens", corruptedTokens, facts, refuse);
  }
  if (multiplicity !== undefined) assertMultiplicity(multiplicity, rows, refuse);
  usable.add(inputs);
}
