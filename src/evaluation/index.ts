/**
 * @file Evaluation of trained models: what every node does, whether it should or not; and of rankings, by how
 * faithful their circuits are.
 *
 * Ablated passes restart at the ablated node, from the captured run of the same input; what does not
 * change from node to node (labels, own outputs, sources' activations) is computed once, and all that
 * is measured on the same pairs is read off the same patched runs.
 * `audit/` puts all of it together: what every node and edge does, and what the truth is good for.
 * May import: errors, rng, statistics, engine, transformer, circuit, interventions, cases, training, discovery. The
 * effects are those of InterpBench (Gupta et al. 2024), §5.
 */

export { type AccuracyOptions, type ModelAccuracies, modelAccuracies } from "./accuracies.ts";
export {
  type Audit,
  type AuditOptions,
  auditModel,
  type EdgeAudit,
} from "./audit/audit.ts";
export {
  type AuditBudget,
  type AuditDraws,
  auditBudget,
  auditDrawSteps,
  auditDraws,
} from "./audit/draws.ts";
export type { AuditEffect, Example } from "./audit/effect.ts";
export type { EffectiveTruth } from "./audit/effective-truth.ts";
export type { ExchangeAccuracies, VariableAccuracy } from "./audit/exchanged-nodes.ts";
export { type HeadHealth, type ModelHealth, modelHealth } from "./audit/health.ts";
export {
  auditNodes,
  type EffectsByAblation,
  type NodeAudit,
  type NodeAuditOptions,
  type NodeAudits,
} from "./audit/node-audit.ts";
export {
  type CircuitRealism,
  type MeasuredRealism,
  measureRealism,
  REALISM_ABLATIONS,
  type RealismAblation,
  type RealismOptions,
} from "./circuit-realism.ts";
export { type AblationEffect, constantEffects } from "./constant-ablation.ts";
export {
  type EstimatorFacts,
  type EstimatorGroup,
  type EstimatorRun,
  type EstimatorRuns,
  type Rate,
  type StudiedCase,
  type Study,
  studyOf,
} from "./estimators.ts";
export { type Evaluation, evaluateModel, measureNodeEffects, nodeEffects } from "./evaluate.ts";
export {
  type ExchangedInputs,
  type ExchangedVariables,
  type ExchangeOutputs,
  exchangeOutputs,
  sameExchanges,
} from "./exchange-outputs.ts";
export {
  type CurveAreas,
  type CurveAxis,
  type CurveContext,
  type CurveOptions,
  type CurveRanking,
  curveAreas,
  type FaithfulnessCurve,
  type FaithfulnessPoint,
  faithfulnessCurve,
  faithfulnessCurves,
} from "./faithfulness-curve.ts";
export { type ChosenPairs, choosePairs, chooseRows, type WeightedPairs } from "./inputs.ts";
export {
  type Carried,
  type Intervened,
  intervene,
  type SingleIntervention,
} from "./intervene.ts";
export { EFFECT_METRICS, type EffectMetric } from "./metric.ts";
export {
  ablationOf,
  EFFECTS,
  type EffectName,
  type NodeEffect,
  type NodeEffectOptions,
  type NodeEffects,
} from "./node-effects.ts";
export {
  type NoPrediction,
  type Predicted,
  type Prediction,
  predictIntervention,
} from "./predict.ts";
export { resampleEffects } from "./resample.ts";
export {
  type AlgorithmSummary,
  type Comparison,
  type ScoredRun,
  type StandingCell,
  type Standings,
  standingsOf,
} from "./standings.ts";
export { loadSubject, type Subject, type SubjectOptions, selfTask } from "./subject.ts";
