import type { Recipe } from "../recipe.ts";

/** What of a recipe decides the learning rates. */
export type ScheduleFacts = Pick<
  Recipe,
  | "epochs"
  | "learningRate"
  | "learningRateSchedule"
  | "finalLearningRate"
  | "plateauPatience"
  | "plateauFactor"
>;

/** PyTorch's relative improvement that ends a plateau. */
const PLATEAU_THRESHOLD = 1e-4;

/**
 * `η(k) = η₀ + (η₁ − η₀)·k/epochs` after k whole epochs: the rate of the first epoch is η₀; η₁ would
 * be that of an epoch after the last.
 */
export function linearRate(
  { learningRate, finalLearningRate, epochs }: ScheduleFacts,
  epoch: number,
): number {
  return learningRate + (finalLearningRate - learningRate) * (epoch / Math.max(1, epochs));
}

/**
 * The rate after some epochs of a plateau schedule: multiplied by `plateauFactor` whenever the
 * metric has not risen (by a factor of 1.0001 above its best) for more than `plateauPatience`
 * epochs. PyTorch's `ReduceLROnPlateau` in `max` mode; `metrics`: one number ≥ 0 per finished epoch.
 */
export function plateauRate(
  { learningRate, plateauPatience, plateauFactor }: ScheduleFacts,
  metrics: readonly number[],
): number {
  let [rate, best, waited] = [learningRate, Number.NEGATIVE_INFINITY, 0];
  for (const metric of metrics) {
    const improved = metric > best * (1 + PLATEAU_THRESHOLD);
    waited = improved ? 0 : waited + 1;
    if (improved) best = metric;
    if (waited > plateauPatience) {
      rate *= plateauFactor;
      waited = 0;
    }
  }
  return rate;
}

/**
 * The learning rate of epoch number `metrics.length` (the first is 0); `metrics` are the sums of
 * the watched metrics after the epochs before it.
 */
export function learningRateAt(facts: ScheduleFacts, metrics: readonly number[]): number {
  switch (facts.learningRateSchedule) {
    case "constant":
      return facts.learningRate;
    case "linear":
      return linearRate(facts, metrics.length);
    case "plateau":
      return plateauRate(facts, metrics);
  }
}
