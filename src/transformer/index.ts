/**
 * @file Transformers: config, weights, initialisation, and the forward pass as a graph for one
 * sequence, with TransformerLens' hook names, patching, and the factored (edge-level) pass.
 *
 * May import: `errors/`, `rng/`, `engine/`. The architecture, hook points and state-dict keys are
 * those of TransformerLens' `HookedTransformer`; hooks run while the graph is built, so that what
 * nobody looks at costs nothing.
 */
export { attentionScores, headsOfInputs } from "./attention.ts";
export { type ComponentNorm, componentNorms } from "./component-norms.ts";
export {
  ACTIVATIONS,
  type Activation,
  ATTENTION_DIRECTIONS,
  type AttentionDirection,
  assertConfig,
  attentionScale,
  computationOf,
  DEFAULT_EPS,
  defaultInitializerRange,
  NORMALIZATIONS,
  type Normalization,
  type TransformerConfig,
} from "./config.ts";
export {
  type Destination,
  type DestinationHook,
  destinationNodes,
  edgeMaskShapes,
  type Source,
  type SourceHook,
  sourceHooks,
  sourceNodes,
} from "./edges.ts";
export {
  type EdgeMasks,
  edgeMaskInputs,
  type FactoredOptions,
  factoredForward,
  maskName,
  patchName,
  type SourcePatches,
  sourcePatchInputs,
} from "./factored.ts";
export {
  areFinite,
  assertFiniteWeights,
  type CheckedRows,
  type CheckedRun,
  countNonFinite,
  type FiniteCheck,
  prepareFiniteCheck,
  tellingHooks,
  tellingSum,
} from "./finite.ts";
export {
  attentionFrom,
  attentionSublayer,
  block,
  embedTokens,
  type Forward,
  type ForwardOptions,
  forward,
  forwardFrom,
  type LogitsAt,
  mlpSublayer,
  type ResidualHook,
  unembed,
} from "./forward.ts";
export {
  assertHookName,
  BLOCK_HOOKS,
  type BlockHook,
  blockHook,
  type HookName,
  type HookPlace,
  headAxis,
  hookNames,
  hookShape,
  parseHookName,
} from "./hook-names.ts";
export { type Hook, type HookOptions, type HookRun, type Hooks, mergeHooks } from "./hooks.ts";
export {
  type InitialScale,
  initializeSteps,
  initializeTransformer,
  keyNormals,
  type Normals,
  torchNormals,
} from "./initialize.ts";
export { type Interchange, interchangeHooks, interchangePoint } from "./interchange.ts";
export { type NamedMatrix, nodeWeights, type WeighedNode } from "./node-weights.ts";
export { blend, patch, patchHead, type Switch } from "./patch.ts";
export {
  baseName,
  patchedForward,
  patchedValues,
  type Restart,
  restartAt,
  restartPoints,
  takenAt,
  writtenAt,
} from "./patched.ts";
export {
  atKeptPositions,
  keptPositions,
  logitsNeeded,
  type OutputPositions,
  type PositionFacts,
  positionsProblem,
} from "./positions.ts";
export {
  type Activations,
  assertTokens,
  assertTokenTable,
  type RunRequest,
  type RunResult,
  run,
  runInSteps,
  tokenTable,
  usedInputs,
} from "./run.ts";
export {
  nodeHooks,
  type SwitchedForward,
  type SwitchedNode,
  type SwitchedOptions,
  sourceName,
  switchedForward,
  switchInputs,
  switchName,
  switchShape,
  switchValues,
} from "./switched.ts";
export {
  type ConstantOptions,
  constantsOf,
  constantTensors,
  type NamingOptions,
  parameterTensors,
  readWeights,
  type WeightTensors,
  weightBuffers,
} from "./tensors.ts";
export { transformerLensKeys, transformerLensParameters } from "./transformer-lens.ts";
export {
  assertWeightShapes,
  assertWeights,
  countParameters,
  forwardWork,
  makeTransformer,
  nonZeroShare,
  type Transformer,
  type Weight,
  type Weights,
  weightShapes,
} from "./weights.ts";
