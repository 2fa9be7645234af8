/**
 * @file SIIT training: a small transformer is trained to implement a given causal graph and nothing
 * besides.
 *
 * Losses and optimiser are graph code, interchanges of nodes those of `interventions/`; an update is a run of a
 * compiled step, after one of the model on the sources where no gradient flows through it, over rows of tables that
 * stay in the backend's memory. What is trained is a {@link TrainingTask} (plain data), how is a
 * {@link Recipe}, and where a run stands is a {@link TrainingState} (plain data, too).
 * May import: errors, rng, engine, transformer, circuit (types of nodes), interventions. Ideas: IIT (Geiger et al.
 * 2022), SIIT (Gupta et al. 2024, InterpBench); random draws are functions of a key, as in JAX.
 */

export { type AlignedVariable, insideNodes, outsideNodes } from "./alignment.ts";
export {
  type AutoencoderShape,
  type Bridge,
  type Compression,
  type CompressionParts,
  type CompressionRecipe,
  type CompressionRecipeInput,
  compressedWidth,
  compressionLearning,
  compressionSchema,
  drawExchanges,
  EXACT_LR_START,
  EXCHANGES,
  type ExchangeOptions,
  exchangeObjective,
  exchangeOptions,
  HIDDEN_SHAPES,
  type HiddenShape,
  LINEAR_INITIALIZATIONS,
  type LinearCompression,
  type LinearInitialization,
  linearCompression,
  linearConfig,
  mapResidual,
  type NonLinearCompression,
  nonLinearCompression,
  nonLinearConfig,
  nonLinearShapes,
  parseCompression,
  runRecipe,
  startsExact,
  type TrainedAutoencoders,
  trainAutoencoders,
  type WidthChoice,
} from "./compression/index.ts";
export { type FlatWeights, flattenWeights, flatWeights, unflattenWeights } from "./flat-weights.ts";
export { handedOver } from "./handed-over.ts";
export { type HighLevelTargets, highLevelLabels, loadHighLevel } from "./high-level.ts";
export { initialTransformer } from "./initial-transformer.ts";
export { type JointVariables, jointVariables } from "./joint-variables.ts";
export { type LearnedWeights, type Learning, weightLearning } from "./learning.ts";
export { jointObjective, type SourceFacts, sourcePoints } from "./objective.ts";
export { drawPairs, drawSteps, makePairs, type PairSplit } from "./pairs.ts";
export { openPatchSet, type PatchSet, patchSetOf } from "./patch-set.ts";
export {
  baseRecipe,
  changedRecipe,
  FAST_RECIPE,
  fastRecipe,
  fromOriginal,
  NATURAL_RECIPE,
  pairsOfSamples,
  RECIPE_BASES,
} from "./presets.ts";
export {
  effectiveStrictWeight,
  parseRecipe,
  type Recipe,
  type RecipeInput,
  recipeSchema,
  VALIDATION_ACCURACIES,
  type ValidationAccuracy,
} from "./recipe.ts";
export { recipeFields } from "./recipe-texts.ts";
export {
  cosineRate,
  learningRateAt,
  linearRate,
  plannedUpdates,
  plateauRate,
  type ScheduleFacts,
  type ScheduleMoment,
} from "./schedule.ts";
export { assertSound } from "./soundness.ts";
export {
  assertState,
  type EpochRecord,
  type Losses,
  meanLosses,
  type ReadState,
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
export { assertTask, inputCount, type TrainingTask } from "./task.ts";
export { objective, type PatchPlan } from "./term-objective.ts";
export { TERMS, type Term } from "./terms.ts";
export {
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
