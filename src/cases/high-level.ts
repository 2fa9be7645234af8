import type { CompiledProgram } from "../tracr/index.ts";
import {
  defaultInitializerRange,
  makeTransformer,
  type Transformer,
  type Weight,
} from "../transformer/index.ts";
import type { Case } from "./case.ts";
import { compileCase } from "./compile-case.ts";

/** The compiled program of a case as a transformer: the model whose circuit is known. */
export interface HighLevelModel {
  readonly compiled: CompiledProgram;
  /** ReLU, no normalization, weights in float32, unused heads and neurons 0. */
  readonly transformer: Transformer;
  /** Whether logits are classes; else the one logit is the output itself. */
  readonly categorical: boolean;
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
    { shape, data: Float32Array.from(data) },
  ]);
  return Object.freeze({
    compiled,
    transformer: makeTransformer({ ...config, initializerRange }, new Map(float32)),
    categorical: outputEncoder.kind === "categorical",
  });
}
