import { effectiveStrictWeight, type Recipe, type ValidationAccuracy } from "./recipe.ts";
import type { ValidationMetrics } from "./validation.ts";

/** What of a recipe decides when to stop. */
export type StoppingFacts = Pick<
  Recipe,
  | "iitWeight"
  | "behaviorWeight"
  | "strictWeight"
  | "compat"
  | "earlyStop"
  | "earlyStopAccuracy"
  | "patience"
>;

/** The accuracies whose loss has a weight, as far as they are defined. */
function considered(facts: StoppingFacts, metrics: ValidationMetrics): number[] {
  const weights: Record<ValidationAccuracy, number> = {
    accuracy: facts.behaviorWeight,
    iia: facts.iitWeight,
    strictAccuracy: effectiveStrictWeight(facts),
  };
  return (Object.keys(weights) as ValidationAccuracy[])
    .filter((name) => weights[name] > 0)
    .map((name) => metrics[name])
    .filter((value) => value !== undefined);
}

/** The sum of the metrics that are defined. */
export function sumOf(metrics: ValidationMetrics, names: readonly ValidationAccuracy[]): number {
  return names.reduce((total, name) => total + (metrics[name] ?? 0), 0);
}

/**
 * Whether training has reached its aim: every accuracy whose loss has a weight is at least
 * `earlyStopAccuracy` per cent. Natural runs (behaviour alone) look at the accuracy alone.
 * Never without `earlyStop`.
 */
export function hasReached(facts: StoppingFacts, metrics: ValidationMetrics): boolean {
  if (!facts.earlyStop) return false;
  const values = considered(facts, metrics);
  return values.length > 0 && values.every((value) => 100 * value >= facts.earlyStopAccuracy);
}

/** Whether the sum of those accuracies has not risen for `patience` epochs; never without patience. */
export function hasStalled(facts: StoppingFacts, history: readonly ValidationMetrics[]): boolean {
  if (!facts.earlyStop || facts.patience === undefined) return false;
  const sums = history.map((metrics) => considered(facts, metrics).reduce((a, b) => a + b, 0));
  const best = sums.indexOf(Math.max(...sums));
  return sums.length > 0 && sums.length - 1 - best >= facts.patience;
}
