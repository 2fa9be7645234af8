/**
 * @file Running a frozen model, once for everybody.
 *
 * - Ordinary runs and what passes in them: `capture`, `readings`, `means`, `input-runs`.
 * - What ablated nodes and edges carry: `ablation/`, a file for each, found in one registry.
 * - Runs under interventions: `interventions` (nodes taken from other inputs), `circuit-runs` (only the
 *   edges of a circuit), `learner` (a parameter that learns on the frozen model).
 * - The outputs that count and how two outputs are compared: `outputs`, `metrics`.
 * - The housekeeping of many runs: `rows`, `pace`, `scope`, `programs`, `weights`.
 *
 * Nothing here knows cases, recipes or algorithms. May import: errors … circuit. The idea of
 * interchanging activations is that of causal abstraction (Geiger et al. 2021); ablations are those of
 * AutoCircuit (Miller et al. 2024) and EAP-IG (Hanna et al. 2024).
 */

export type {
  Ablation,
  ConstantAblation,
  InputSide,
  MeanValues,
  RowValues,
  RunAblation,
} from "./ablation/ablation.ts";
export { ended } from "./ablation/ablation.ts";
export { constantsAt } from "./ablation/constants.ts";
export { given } from "./ablation/given.ts";
export {
  CONSTANTS_BUDGET,
  type LearntConstants,
  learnConstants,
  learnConstantsInSteps,
} from "./ablation/learn-constants.ts";
export { mean } from "./ablation/mean.ts";
export { meanPositional } from "./ablation/mean-positional.ts";
export { assertAblation, assertCorrupted } from "./ablation/needs.ts";
export { allAblations, getAblation } from "./ablation/registry.ts";
export { resample } from "./ablation/resample.ts";
export { zero } from "./ablation/zero.ts";
export {
  CAPTURE_BUDGET,
  type Capture,
  type CapturedRun,
  type CapturedRuns,
  type CaptureSpec,
  type FrozenModel,
  type FrozenRuns,
  loadCapture,
  type PreparedCapture,
  prepareCapture,
} from "./capture.ts";
export {
  type CircuitRunOptions,
  type CircuitRuns,
  edgeMasks,
  prepareCircuitRuns,
} from "./circuit-runs.ts";
export { type ComponentEdge, componentEdges, type Readers } from "./component-edges.ts";
export { type EdgePlace, edgePlace } from "./edge-place.ts";
export {
  type AblatedValues,
  type FrozenInputs,
  freezeInputs,
  type InputRuns,
  prepareInputRuns,
} from "./input-runs.ts";
export {
  asSources,
  CLEAN_LOGITS,
  namedInputs,
  ROW_WEIGHT,
  runInput,
  type SampleInputs,
  sampleInputs,
} from "./inputs.ts";
export {
  type InterventionSpec,
  type Interventions,
  loadInterventions,
  type Pairs,
  type PairsPiece,
  type PatchablePairs,
  type PreparedPiece,
  pickPairs,
} from "./interventions.ts";
export {
  type Learner,
  type LearnerSpec,
  type LearnerState,
  type LearnerStep,
  prepareLearner,
} from "./learner.ts";
export {
  BIASES,
  type LogitContributions,
  logitContributions,
} from "./logit-contributions.ts";
export { type ConstantActivations, meanActivations } from "./means.ts";
export {
  DEFAULT_TOLERANCE,
  divergence,
  isBroken,
  logitDifference,
  meanAbsoluteError,
  meanCrossEntropy,
  meanDivergence,
  meanSquaredError,
  type OutputKind,
  rightOutputs,
} from "./metrics.ts";
export { numberNodeValues, type ValueNumbers, writtenColumns } from "./node-values.ts";
export { asModelNodes, hooksOf, lowLevelNodes, type ModelNode, overlap } from "./nodes.ts";
export {
  type OutputFacts,
  outputAccuracy,
  outputLoss,
  targetInput,
  targetShape,
} from "./outputs.ts";
export {
  type PaceOptions,
  type Progress,
  pace,
  paceSteps,
  partSteps,
  runSteps,
  type Steps,
  type Turn,
  turns,
} from "./pace.ts";
export {
  assertMultiplicity,
  assertPairedInputs,
  assertTokenInputs,
  type PairedInputs,
  type Refuse,
  refuseTask,
  rowWeights,
} from "./paired-inputs.ts";
export { createPrograms, type Programs, type RunInputs } from "./programs.ts";
export { loadReadings, type ReadingSpec, type Readings } from "./readings.ts";
export {
  distinctRows,
  LARGEST_RUN,
  largestRun,
  partsOf,
  pick,
  type RowsPart,
  slices,
  type WeightedRows,
} from "./rows.ts";
export { type OpenScope, openScope, type Scope, withScope } from "./scope.ts";
export { type ValueNumbering, valueNumbering } from "./value-numbering.ts";
export {
  type FrozenWeights,
  freezeWeights,
  type GraphWeights,
  type HeadOfBlock,
  type HeadWeights,
  headOfBlock,
} from "./weights.ts";
