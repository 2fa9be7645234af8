import type { CompiledProgram } from "../tracr/index.ts";
import { defaultInitializerRange, makeTransformer, type Weight } from "../transformer/index.ts";
import type { Case } from "./case.ts";
import { compileCase } from "./compile-case.ts";
import { compiledVariables } from "./places.ts";
import { type TransformerModel, transformerModel } from "./transformer-model.ts";

/**
 * The compiled program of a case as a transformer: the model whose circuit is known. ReLU, no
 * normalization, weights in float32, unused heads and neurons 0.
 */
export interface HighLevelModel extends TransformerModel {
  readonly compiled: CompiledProgram;
}

/**
 * The high-level model of a case.
 *
 * `initializerRange` is 0.8/√dModel; nothing is initialized here, but the model to be trained
 * inherits it.
 */
export function highLevelModel(
  case_: Case,
  compiled: CompiledProgram = compileCase(case_),
): HighLevelModel {
  const { config, weights, outputEncoder } = compiled;
  const initializerRange = defaultInitializerRange(config.dModel);
  const float32 = [...weights].map(([key, { shape, data }]): [string, Weight] => [
    key,
    { shape, data: new Float32Array(data) },
  ]);
  const transformer = makeTransformer({ ...config, initializerRange }, new Map(float32));
  const model = transformerModel(transformer, {
    categorical: outputEncoder.kind === "categorical",
    variables: compiledVariables(compiled),
  });
  return Object.freeze({ ...model, compiled });
}
