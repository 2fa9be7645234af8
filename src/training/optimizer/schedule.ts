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
  | "warmUpUpdates"
  | "updates"
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
 * The rate after some validations of a plateau schedule: multiplied by `plateauFactor` whenever the
 * metric has not risen (by a factor of 1.0001 above its best) for more than `plateauPatience`
 * validations. PyTorch's `ReduceLROnPlateau` in `max` mode; `metrics`: one number ≥ 0 for each.
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
 * `η(u) = η₀ · ½(1 + cos π(u − 1)/updates)` of update number u (from 1 on), 0 from the end on: cosine
 * annealing (Loshchilov & Hutter 2017).
 */
export function cosineRate(learningRate: number, update: number, updates: number): number {
  return (learningRate * (1 + Math.cos(Math.PI * Math.min(1, (update - 1) / updates)))) / 2;
}

/** Where a run stands when it asks for a learning rate. */
export interface ScheduleMoment {
  /** Whole epochs behind it. */
  readonly epoch: number;
  /** The update's number, from 1 on. */
  readonly update: number;
  /** Its number since Adam started, from 1 on. */
  readonly sinceStart: number;
  readonly updatesPerEpoch: number;
  /** The sums of the watched metrics of all validations so far. */
  readonly metrics: readonly number[];
}

/** Whole updates of a run that nothing ends early: `updates`, or those of all epochs. */
export function plannedUpdates(
  { epochs, updates }: Pick<ScheduleFacts, "epochs" | "updates">,
  updatesPerEpoch: number,
): number {
  return Math.min(updates ?? Number.POSITIVE_INFINITY, epochs * updatesPerEpoch);
}

/** The learning rate of an update: the schedule's, times `min(1, sinceStart / warmUpUpdates)`. */
export function learningRateAt(facts: ScheduleFacts, moment: ScheduleMoment): number {
  const { warmUpUpdates } = facts;
  const warmth = warmUpUpdates === 0 ? 1 : Math.min(1, moment.sinceStart / warmUpUpdates);
  return warmth * scheduledRate(facts, moment);
}

function scheduledRate(
  facts: ScheduleFacts,
  { epoch, update, updatesPerEpoch, metrics }: ScheduleMoment,
): number {
  switch (facts.learningRateSchedule) {
    case "constant":
      return facts.learningRate;
    case "linear":
      return linearRate(facts, epoch);
    case "plateau":
      return plateauRate(facts, metrics);
    case "cosine": {
      const updates = facts.updates ?? facts.epochs * updatesPerEpoch;
      return cosineRate(facts.learningRate, update, updates);
    }
  }
}
