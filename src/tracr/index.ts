/**
 * @file The Tracr compiler: RASP → transformer weights, after Lindner et al. 2023.
 *
 * `compile.ts` is the pipeline; every pass is one file with its own result type: `graph` (labelled
 * nodes), `values` (what each SOp can be), `bases` (where it is written), `components` (heads and
 * MLPs in named directions, built in `craft/`), `slots` and `craft-model` (what runs when),
 * `layers`, `residual`, `config`, `assemble` (numbered dimensions), `wiring`, `encoder`.
 *
 * May import: errors, rng, engine, rasp.
 */
export type { CompiledWeight, CompiledWeights } from "./assemble.ts";
export type { Bases } from "./bases.ts";
export { compileWarnings } from "./causes.ts";
export { type CompiledProgram, compileRasp, compileSteps } from "./compile.ts";
export type { Components } from "./components.ts";
export type { CompiledConfig } from "./config.ts";
export { type AttentionHead, type Component, type Mlp, ONE } from "./craft/component.ts";
export type { CraftBlock, CraftModel } from "./craft-model.ts";
export { type Direction, directionKey, makeDirection } from "./direction.ts";
export {
  decodeLogits,
  decodeTokens,
  encodeTokens,
  type InputEncoder,
  type OutputEncoder,
} from "./encoder.ts";
export type { ProgramInputs } from "./examined.ts";
export { extractGraph, type GraphNode, type ProgramGraph } from "./graph.ts";
export type { Layer } from "./layers.ts";
export type { Entry, LinearMap } from "./linear.ts";
export type { CompileOptions, Settings } from "./options.ts";
export type { ResidualSpaces } from "./residual.ts";
export { runCraftModel } from "./run-craft.ts";
export type { Slots } from "./slots.ts";
export { positionOf, type Space, sizeOf, span, spanOf } from "./space.ts";
export type { InferredValues, ValueSet } from "./values.ts";
export type { CompileWarning, CompileWarningCode } from "./warning.ts";
export type { HeadWiring, MlpWiring, Wiring } from "./wiring.ts";
