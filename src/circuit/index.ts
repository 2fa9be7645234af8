/**
 * @file Circuits: nodes and edges with canonical names, the computational graph of a transformer,
 * projections between granularities, other tools' spellings, ground truth, scores and baselines.
 *
 * Everything is immutable data and pure functions. The unit of comparison is the circuit at head
 * granularity (heads, MLPs, embeddings, output): prepare before you score.
 * May import: errors, rng. Names are TransformerLens hook names; the graph is the factorised one of
 * ACDC (Conmy et al. 2023) and AutoCircuit; preparation and the `paper` AUROC follow InterpBench
 * (Gupta et al. 2024).
 */
export { averagePrecision, chancePrecision } from "./average-precision.ts";
export {
  type Baselines,
  baselines,
  type ExpectedScore,
  expectedRandomScore,
  meanRandomScore,
  type RandomSelection,
  randomCircuit,
  randomSelection,
} from "./baseline.ts";
export {
  type BudgetCircuit,
  type BudgetOptions,
  type BudgetSelect,
  circuitsAtBudgets,
  circuitsAtNodeBudgets,
  MIB_FRACTIONS,
  type MibAuroc,
  mibAuroc,
  trapezoids,
} from "./budgets.ts";
export {
  type Circuit,
  type CircuitTexts,
  circuitFromTexts,
  circuitOf,
  circuitTexts,
  difference,
  edgeTexts,
  emptyCircuit,
  equalCircuits,
  filterEdges,
  intersection,
  isSubcircuit,
  predecessors,
  sinks,
  sources,
  successors,
  union,
} from "./circuit.ts";
export {
  type Aurocs,
  type BaselineScores,
  baselineScores,
  type FlatScore,
  flatScore,
  type PartScores,
  rankingAurocs,
  rankingPrecisions,
  scoreFound,
} from "./comparison.ts";
export {
  circuitBetween,
  componentScores,
  components,
  componentsOf,
  edgesByNodes,
  topComponents,
} from "./components.ts";
export {
  acdcOrder,
  type ComputationalGraph,
  countEdges,
  fullGraph,
  type GraphDestination,
  type GraphEdge,
  type GraphEnds,
  type GraphShape,
  type GraphSource,
  graphCircuit,
  graphEnds,
} from "./graph.ts";
export { meanCurve, ROC_GRID, rocOnGrid } from "./mean-roc.ts";
export {
  assertScores,
  circuitAbove,
  type HeadScores,
  type MergeOptions,
  mergeScores,
  mergeScoresInSteps,
  nodeScores,
  type ScoreMap,
} from "./merge.ts";
export { type MibRange, mibRange } from "./mib-range.ts";
export {
  type Dialect,
  type DialectName,
  dialect,
  dialects,
  type Granularity,
  type NameContext,
  type Role,
} from "./names.ts";
export {
  blockOf,
  compareEdges,
  compareNodes,
  type Edge,
  type EdgeTexts,
  edgeText,
  formatEdge,
  formatNode,
  type Node,
  parseEdge,
  parseNode,
  withinBlock,
} from "./node.ts";
export { type Parts, withoutParts } from "./parts.ts";
export { edgesOnPaths, leadingToOutput, pruneCircuit, readerOf } from "./paths.ts";
export type { Positives } from "./positives.ts";
export { expandToQkv, headCircuit, headEdges, prepareForEvaluation } from "./prepare.ts";
export {
  coversPaperGrid,
  exactAuroc,
  PAPER_THRESHOLDS,
  paperAuroc,
  paperPoints,
  type RocPoint,
  ratePoint,
  rocCurve,
} from "./roc.ts";
export {
  type CircuitScore,
  type Counts,
  evaluateCircuit,
  hammingDistance,
  type Rates,
  ratesOf,
  type SetScore,
  scoreCircuit,
} from "./score.ts";
export { type ChosenEdges, greedyEdges, type Tie, topEdges } from "./select.ts";
export { optimalEdges } from "./select-optimal.ts";
export { type PositiveShare, positiveFirst } from "./select-positive.ts";
export { assertCircuit, assertCorrespondence } from "./spec.ts";
export { groundTruth, type NodeCorrespondence } from "./truth.ts";
