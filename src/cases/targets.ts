import { argmax, type Backend, compile, index, sampleInput, type Tensor } from "../engine/index.ts";
import { constantTensors, forward } from "../transformer/index.ts";
import { type Dataset, firstOccurrences, tokenRow } from "./dataset.ts";
import type { HighLevelModel } from "./high-level.ts";

/**
 * What the high-level model makes of a dataset, row-major `[row, pos]`: class ids (BOS is class 0)
 * or numbers (BOS as it comes).
 */
export type Targets =
  | { readonly categorical: true; readonly classes: Int32Array }
  | { readonly categorical: false; readonly values: Float32Array };

/** Rows of one run of the engine: bounds its memory. */
const BATCH = 4096;

/**
 * The targets of a dataset: what the compiled transformer outputs, not what the program says.
 *
 * They differ where the program gives no value (the transformer outputs some class, the first of
 * equal logits) and, in case 113, where it is inexact. Every distinct row is computed once.
 */
export function encodeTargets(
  { transformer, categorical }: Pick<HighLevelModel, "transformer" | "categorical">,
  dataset: Dataset,
  backend: Backend,
): Targets {
  const { count, positions } = dataset;
  const first = firstOccurrences(dataset);
  const distinct = [...first.keys()].filter((row) => first[row] === row);
  const outputs = new Float32Array(count * positions);

  const tokens = sampleInput("tokens", [positions]);
  const weights = constantTensors(transformer, { sparse: true });
  const { logits } = forward(transformer.config, weights, tokens);
  const output: Tensor = categorical ? argmax(logits) : index(logits, 1, 0);
  const executable = backend.load(compile({ outputs: { output } }));
  for (let start = 0; start < distinct.length; start += BATCH) {
    const rows = distinct.slice(start, start + BATCH);
    const batch = Float32Array.from(rows.flatMap((row) => [...tokenRow(dataset, row)]));
    const values = executable.run({ batch: rows.length, inputs: { tokens: batch } }).output!;
    for (const [i, row] of rows.entries()) {
      outputs.set(values.subarray(i * positions, (i + 1) * positions), row * positions);
    }
  }
  executable.dispose();

  for (const [row, original] of first.entries()) {
    if (original === row) continue;
    outputs.copyWithin(row * positions, original * positions, (original + 1) * positions);
  }
  if (!categorical) return { categorical, values: outputs };
  const classes = Int32Array.from(outputs);
  for (let row = 0; row < count; row++) classes[row * positions] = 0;
  return { categorical, classes };
}
