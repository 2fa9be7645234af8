/**
 * @file SIIT training: a small transformer is trained to implement a given causal graph and nothing
 * besides.
 *
 * Losses, optimiser and interchanges of nodes are graph code; an update is a run of a compiled step,
 * after one of the model on the sources where no gradient flows through it, over rows of tables that
 * stay in the backend's memory. What is trained is a {@link TrainingTask} (plain data), how is a
 * {@link Recipe}, and where a run stands is a {@link TrainingState} (plain data, too).
 * May import: errors, rng, engine, transformer, circuit (types of nodes). Ideas: IIT (Geiger et al.
 * 2022), SIIT (Gupta et al. 2024, InterpBench); random draws are functions of a key, as in JAX.
 */
export {
  CAPTURE_BUDGET,
  type Capture,
  type CapturedRuns,
  type CaptureSpec,
  type FrozenModel,
  loadCapture,
} from "./captured.ts";
export { type FlatWeights, flattenWeights, flatWeights, unflattenWeights } from "./flat-weights.ts";
export { type HighLevelTargets, highLevelLabels, loadHighLevel } from "./high-level.ts";
export {
  type InterventionSpec,
  type Interventions,
  loadInterventions,
  type Pairs,
  type PairsPiece,
  type PatchablePairs,
} from "./interventions.ts";
export { type JointVariables, jointVariables } from "./joint-variables.ts";
export { meanCrossEntropy } from "./loss/cross-entropy.ts";
export { meanSquaredError } from "./loss/mean-squared-error.ts";
export {
  atKeptPositions,
  DEFAULT_TOLERANCE,
  logitsNeeded,
  type OutputFacts,
  outputAccuracy,
  outputLoss,
  rightOutputs,
  targetInput,
  targetShape,
} from "./loss/output.ts";
export {
  asModelNodes,
  hooksOf,
  insideNodes,
  lowLevelNodes,
  type ModelNode,
  outsideNodes,
  overlap,
} from "./nodes.ts";
export {
  jointObjective,
  objective,
  type PatchPlan,
  type SourceFacts,
  sourcePoints,
} from "./objective.ts";
export {
  ADAM_DEFAULTS,
  type AdamOptions,
  adam,
  adamScalars,
  momentNames,
} from "./optimizer/adam.ts";
export { type ClippedGradients, clipByGlobalNorm, globalNorm } from "./optimizer/clipping.ts";
export {
  cosineRate,
  learningRateAt,
  linearRate,
  plannedUpdates,
  plateauRate,
  type ScheduleFacts,
  type ScheduleMoment,
} from "./optimizer/schedule.ts";
export { drawPairs, makePairs, type PairSplit } from "./pairs.ts";
export { openPatchSet, type PatchSet, patchSetOf } from "./patch-set.ts";
export { FAST_RECIPE, fromOriginal, NATURAL_RECIPE } from "./presets.ts";
export {
  effectiveStrictWeight,
  parseRecipe,
  type Recipe,
  type RecipeInput,
  recipeSchema,
  VALIDATION_ACCURACIES,
  type ValidationAccuracy,
} from "./recipe.ts";
export { assertSound } from "./soundness.ts";
export {
  assertState,
  type EpochRecord,
  type Losses,
  type Recovery,
  STATE_ARRAYS,
  type TrainingState,
} from "./state.ts";
export {
  bestOf,
  countingAccuracies,
  hasReached,
  hasStalled,
  missedAccuracies,
  type StoppingFacts,
} from "./stopping.ts";
export {
  type AlignedVariable,
  assertTask,
  inputCount,
  type TrainingTask,
} from "./task.ts";
export { TERMS, type Term } from "./terms.ts";
export {
  initialTransformer,
  type TrainingEnd,
  type TrainingEvent,
  type TrainingOptions,
  type TrainingResult,
  train,
} from "./train.ts";
export {
  loadValidator,
  type ValidationMetrics,
  type ValidationRequest,
  type Validator,
  type ValidatorSpec,
} from "./validation.ts";
