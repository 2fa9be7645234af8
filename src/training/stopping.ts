import {
  accuracyWeights,
  type Recipe,
  VALIDATION_ACCURACIES,
  type ValidationAccuracy,
} from "./recipe.ts";
import type { ValidationMetrics } from "./validation.ts";

/** What of a recipe decides when to stop. */
export type StoppingFacts = Pick<
  Recipe,
  | "iitWeight"
  | "behaviorWeight"
  | "strictWeight"
  | "compat"
  | "goalMetrics"
  | "earlyStop"
  | "earlyStopAccuracy"
  | "patience"
>;

/** The accuracies that count: `goalMetrics` whose loss has a weight, as far as they are defined. */
export function countingAccuracies(
  facts: StoppingFacts,
  metrics: ValidationMetrics,
): ValidationAccuracy[] {
  const weights = accuracyWeights(facts);
  return VALIDATION_ACCURACIES.filter(
    (name) => facts.goalMetrics.includes(name) && weights[name] > 0 && metrics[name] !== undefined,
  );
}

function considered(facts: StoppingFacts, metrics: ValidationMetrics): number[] {
  return countingAccuracies(facts, metrics).map((name) => metrics[name]!);
}

/** The accuracies that count and are below `earlyStopAccuracy` per cent. */
export function missedAccuracies(
  facts: StoppingFacts,
  metrics: ValidationMetrics,
): ValidationAccuracy[] {
  return countingAccuracies(facts, metrics).filter(
    (name) => !(100 * metrics[name]! >= facts.earlyStopAccuracy),
  );
}

/** The least of the accuracies that count, and their sum. */
function quality(facts: StoppingFacts, metrics: ValidationMetrics): readonly [number, number] {
  const values = considered(facts, metrics);
  return [Math.min(...values), values.reduce((sum, value) => sum + value, 0)];
}

/**
 * The place of the best validation in a history: the greatest least accuracy among those whose loss
 * has a weight; where several have it, the greatest sum, then the latest. `undefined` without any.
 */
export function bestOf(
  facts: StoppingFacts,
  history: readonly ValidationMetrics[],
): number | undefined {
  let best: number | undefined;
  let [bestLeast, bestSum] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [i, metrics] of history.entries()) {
    const [least, sum] = quality(facts, metrics);
    if (least < bestLeast || (least === bestLeast && sum < bestSum)) continue;
    [best, bestLeast, bestSum] = [i, least, sum];
  }
  return best;
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
  return (
    countingAccuracies(facts, metrics).length > 0 && missedAccuracies(facts, metrics).length === 0
  );
}

/** Whether the sum of those accuracies has not risen for `patience` validations; never without patience. */
export function hasStalled(facts: StoppingFacts, history: readonly ValidationMetrics[]): boolean {
  if (!facts.earlyStop || facts.patience === undefined) return false;
  const sums = history.map((metrics) => considered(facts, metrics).reduce((a, b) => a + b, 0));
  const best = sums.reduce((place, sum, i) => (sum > sums[place]! ? i : place), 0);
  return sums.length > 0 && sums.length - 1 - best >= facts.patience;
}
