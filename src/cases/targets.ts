import type { Backend, Values } from "../engine/index.ts";
import { describeValue, InterpBenchError } from "../errors/index.ts";
import { partSteps, runSteps, type Steps } from "../interventions/index.ts";
import { isRaspValue, showSequence, showValue, showValues } from "../rasp/index.ts";
import type { Case } from "./case.ts";
import type { CausalModel } from "./causal-model.ts";
import { type Dataset, inputTokens } from "./dataset.ts";
import { occurrenceSteps } from "./duplicates.ts";
import { classIds } from "./token-ids.ts";

/**
 * What the causal model makes of a dataset, row-major `[row, pos]`: class ids (BOS is class 0) or
 * numbers (BOS as it comes).
 */
export type Targets =
  | { readonly categorical: true; readonly classes: Int32Array }
  | { readonly categorical: false; readonly values: Float32Array };

/**
 * The targets of a dataset: what the causal model outputs. Every distinct row is computed once.
 *
 * A compiled transformer and its program differ where the program gives no value (the transformer
 * outputs some class, the first of equal logits) and, in case 113, where it is inexact.
 */
export function encodeTargets(
  model: Pick<CausalModel, "load" | "categorical">,
  dataset: Dataset,
  backend: Backend,
): Targets {
  return runSteps(targetSteps(model, dataset, backend));
}

/** {@link encodeTargets} in steps. */
export function* targetSteps(
  { load, categorical }: Pick<CausalModel, "load" | "categorical">,
  dataset: Dataset,
  backend: Backend,
): Steps<Targets> {
  const { count, positions } = dataset;
  const first = yield* partSteps(occurrenceSteps(dataset), 0, 0.2);
  const distinct = first.filter((original, row) => original === row);
  const tokens = backend.buffer(dataset.tokens);
  const model = load({ backend, tokens, positions });
  let values: Values;
  try {
    values = yield* partSteps(model.runInSteps(distinct), 0.2, 1);
  } finally {
    model.dispose();
    tokens.dispose();
  }

  const outputs = new Float32Array(count * positions);
  for (const [i, row] of distinct.entries()) {
    outputs.set(values.subarray(i * positions, (i + 1) * positions), row * positions);
  }
  for (const [row, original] of first.entries()) {
    if (original === row) continue;
    outputs.copyWithin(row * positions, original * positions, (original + 1) * positions);
  }
  if (!categorical) return { categorical, values: outputs };
  const classes = Int32Array.from(outputs);
  for (let row = 0; row < count; row++) classes[row * positions] = 0;
  return { categorical, classes };
}

/**
 * The wrong answers that logit differences compare with, as class ids `[row]`; `undefined` for a case that
 * has none. `E_CASE` for a foil that is none of the classes.
 *
 * @param inputs `[row][pos]`, with BOS and PAD
 */
export function encodeFoils(case_: Case, inputs: Dataset["inputs"]): readonly number[] | undefined {
  if (case_.kind !== "functions" || case_.foil === undefined) return undefined;
  const { id, foil, classes = [] } = case_;
  const { idOf } = classIds(case_);
  return inputs.map((row) => {
    const input = inputTokens(row);
    const value: unknown = foil(input);
    const found = isRaspValue(value) ? idOf(value) : undefined;
    if (found !== undefined) return found;
    throw new InterpBenchError("E_CASE", `case "${id}" has no such answer`, {
      at: `foil(${showSequence(input)})`,
      expected: `one of ${showValues(classes, 40)}`,
      received: isRaspValue(value) ? showValue(value) : describeValue(value),
    });
  });
}
