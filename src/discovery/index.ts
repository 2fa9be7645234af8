/**
 * @file Circuit discovery: algorithms that look for the circuit of a transformer, each an immutable
 * value behind one interface, found in one registry.
 *
 * An algorithm is given a {@link DiscoveryTask} (a transformer and inputs) and
 * gives a {@link Discovery} (scores of all edges or nodes, a circuit, diagnostics). Edges are those
 * of `fullGraph`, with separate query, key and value inputs. `task/` what is asked, `run/` checks of
 * runs and faithfulness, `trials/` runs with cut edges that compute only what can change, `masks/`
 * runs under masks that can learn, `attribution/` gradients on a path, `algorithm/` the interface;
 * then the algorithms. May import: errors … training.
 *
 * Ablation, order and losses are those of InterpBench (Gupta et al. 2024), which uses AutoCircuit's
 * edge patching (Miller et al. 2024).
 */
export { acdc } from "./acdc/acdc.ts";
export { visitingOrder } from "./acdc/order.ts";
export {
  type AcdcOutcome,
  type AcdcSweep,
  type AcdcSweepOptions,
  acdcSweep,
} from "./acdc/sweep.ts";
export { activationMagnitude } from "./activations/activation-magnitude.ts";
export { informationFlow } from "./activations/information-flow.ts";
export type { Advice, Extreme } from "./algorithm/advice.ts";
export { thresholdAdvice } from "./algorithm/advice.ts";
export {
  type Algorithm,
  type AlgorithmDefinition,
  type AlgorithmExample,
  defineAlgorithm,
  type Product,
  type Ranking,
} from "./algorithm/algorithm.ts";
export type { AlgorithmText } from "./algorithm/algorithm-text.ts";
export { asAlgorithm } from "./algorithm/assert-algorithm.ts";
export { SELECTS, type Select } from "./algorithm/choosers.ts";
export {
  anyLossOption,
  chosenTaskLoss,
  effectScale,
  runOptions,
  SCORE_SCALES,
  type ScoreScale,
  scaleOption,
  seedOption,
  taskLossNeeds,
  taskLossOption,
} from "./algorithm/common-options.ts";
export {
  concludeDiscovery,
  discoveryParts,
  measureFindings,
  type Scored,
  type Selectable,
} from "./algorithm/conclude.ts";
export type { DiscoveryCheckpoint, DiscoveryContext } from "./algorithm/context.ts";
export type {
  Diagnostics,
  Discovery,
  DiscoveryParts,
  Finding,
  PaperSweep,
  PositionScores,
  Ranked,
} from "./algorithm/discovery.ts";
export {
  defineEdgeRanking,
  type EdgeRankingDefinition,
  type RankedEdges,
} from "./algorithm/edge-ranking.ts";
export { type Cost, type Maturity, maturityText, type Reference } from "./algorithm/facts.ts";
export {
  effectRanking,
  effectSweep,
  type Magnitude,
  magnitudeOptions,
  magnitudes,
  SIGN_OBSTACLE,
  scoresOfEffects,
} from "./algorithm/magnitude.ts";
export type {
  DiscoveryMoment,
  MasksMoment,
  MasksSeen,
  PathMoment,
  Watchable,
} from "./algorithm/moments.ts";
export type { Needs, TaskNeeds } from "./algorithm/needs.ts";
export {
  type OptionFacts,
  type OutputOptions,
  option,
  optionFacts,
  parseOptions,
  sharedOptions,
} from "./algorithm/options.ts";
export {
  ignoredFlags,
  ignoredSwitches,
  type OriginalFlag,
  refusedFlags,
} from "./algorithm/original-flags.ts";
export { pruneOption } from "./algorithm/prune-option.ts";
export { type EdgeScores, edgeScores } from "./algorithm/scores.ts";
export {
  type SelectedCircuit,
  type SelectionFacts,
  selectedCircuit,
} from "./algorithm/selected-circuit.ts";
export {
  type CircuitSelector,
  circuitSelector,
  nodeCircuitSelector,
} from "./algorithm/selection.ts";
export {
  edgeSelection,
  type NodeSelection,
  nodeSelection,
  type Selection,
  type SelectionWays,
  withNodeSelection,
  withSelection,
} from "./algorithm/selection-options.ts";
export { oneOrMore, PAPER_GRID, type Setting, settingsOf } from "./algorithm/settings.ts";
export { atpStar } from "./attribution/atp-star.ts";
export {
  type AttributionOptions,
  attributeEdges,
  attributeNodes,
} from "./attribution/attribute.ts";
export { attributedEdges, attributedNodes } from "./attribution/attributed.ts";
export { cleanCorrupted } from "./attribution/clean-corrupted.ts";
export { MLP_GRADIENTS, type MlpGradient } from "./attribution/declarations.ts";
export { eap } from "./attribution/eap.ts";
export { eapGp } from "./attribution/eap-gp.ts";
export { eapIgActivations } from "./attribution/eap-ig-activations.ts";
export { eapIgInputs } from "./attribution/eap-ig-inputs.ts";
export {
  type AttributedRun,
  type EffectRule,
  edgeEffects,
  nodeEffects,
} from "./attribution/effects.ts";
export { gim } from "./attribution/gim.ts";
export { gradDrop } from "./attribution/grad-drop.ts";
export { hisp } from "./attribution/hisp.ts";
export {
  CLEAN_END,
  IG_POINTS,
  type IgPoints,
  INTEGRATIONS,
  type Integration,
  integrationPoints,
  meanPoints,
  type PathPoint,
} from "./attribution/interpolation.ts";
export { nap } from "./attribution/nap.ts";
export { napIg } from "./attribution/nap-ig.ts";
export type { AttributionPath, PathInputs, PathRun, PathWork } from "./attribution/path.ts";
export { inputsPath } from "./attribution/paths/inputs.ts";
export { maskPath } from "./attribution/paths/masks.ts";
export { ruledPath } from "./attribution/paths/ruled.ts";
export { relp } from "./attribution/relp.ts";
export { degree } from "./baselines/degree.ts";
export { groundTruthRanking } from "./baselines/ground-truth.ts";
export { random } from "./baselines/random.ts";
export { randomMuted } from "./baselines/random-muted.ts";
export { cdt } from "./cdt/cdt.ts";
export {
  measureRelevances,
  type Relevance,
  type RelevanceOptions,
  type Relevances,
} from "./cdt/relevance.ts";
export { type Base, parseBase } from "./combinations/bases.ts";
export { meanInterval } from "./combinations/bootstrap.ts";
export { combinationsOf } from "./combinations/combinations.ts";
export { resampledTask } from "./combinations/resample.ts";
export { type CommandFacts, commandFacts } from "./command-facts.ts";
export { edgePruning } from "./edge-pruning/edge-pruning.ts";
export { exact } from "./exact.ts";
export { ibcircuit } from "./ibcircuit/ibcircuit.ts";
export { legacyAcdc } from "./legacy-acdc/legacy-acdc.ts";
export {
  type LegacyAcdcOptions,
  legacyAcdcSweep,
  metricScale,
} from "./legacy-acdc/sweep.ts";
export {
  type AlgorithmListing,
  listAlgorithms,
  loadAlgorithm,
  loadRegistry,
} from "./load.ts";
export { edgeScheme } from "./masks/edge-scheme.ts";
export { hardConcrete, logisticNoise, openProbability } from "./masks/hard-concrete.ts";
export { edgeValues, type MaskedRun, maskCount, prepareMaskedRun } from "./masks/masked-run.ts";
export { nodeScheme } from "./masks/node-scheme.ts";
export {
  defaultMetric,
  type MaskObjective,
  METRICS,
  type Metric,
  objectiveAnswers,
  TARGETS,
  type Target,
} from "./masks/objective.ts";
export { readWriteScheme } from "./masks/read-write-scheme.ts";
export type { MaskScheme } from "./masks/scheme.ts";
export { drawRows } from "./masks/step-rows.ts";
export { measureEdges } from "./measure-edges.ts";
export { measureNodes } from "./measure-nodes.ts";
export { nodeExact } from "./node-exact.ts";
export { optimalAblation } from "./optimal-ablation.ts";
export {
  compareByOther,
  type OtherComparison,
  type OtherScore,
  type OtherTruth,
  otherTruthOf,
  scoreByOther,
  type TruthGranularity,
} from "./other-score.ts";
export { type PaperAuroc, paperAurocOf } from "./paper-auroc.ts";
export { measurePositions, type PositionOptions } from "./peap/measure-positions.ts";
export { peap } from "./peap/peap.ts";
export {
  EXTRACTIONS,
  type Extraction,
  type ProbingOptions,
  probingOptions,
} from "./probing/options.ts";
export { sp } from "./probing/sp.ts";
export { type ProbingOutcome, type ProbingSweep, probingSweep } from "./probing/sweep.ts";
export { numbersOfEdges, rankingAtHeads } from "./ranking.ts";
export { allAlgorithms, getAlgorithm, originalAlgorithm } from "./registry.ts";
export {
  circuitFaithfulness,
  circuitFaithfulnesses,
  type Faithfulness,
  type FaithfulnessOptions,
  prepareFaithfulness,
} from "./run/faithfulness.ts";
export { type DiscoveryScore, type FindingScore, scoreDiscovery, scoreFinding } from "./score.ts";
export {
  type CaseInputs,
  caseDiscoveryTask,
  caseDiscoveryTaskSteps,
  discoveryKey,
} from "./task/case-task.ts";
export {
  contrastLoss,
  defaultTaskLoss,
  LOSSES,
  type LossName,
  TASK_LOSSES,
  type TaskLossName,
} from "./task/losses.ts";
export { assertTask, type DiscoveryTask } from "./task/task.ts";
export {
  type RankingNumbers,
  type ScoredRanking,
  scoreByTruth,
  type TruthScore,
} from "./truth-score.ts";
export { ugs } from "./ugs/ugs.ts";
