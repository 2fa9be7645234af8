import type { Recipe } from "./recipe.ts";

/** What of a recipe decides the learning rates. */
export type ScheduleFacts = Pick<
  Recipe,
  | "epochs"
  | "learningRate"
  | "learningRateSchedule"
  | "finalLearningRate"
  | "plateauPatience"
  | "plateauFactor"
  | "plateauThreshold"
  | "warmUpUpdates"
  | "updates"
  | "cycleUpdates"
  | "cycleGrowth"
>;

/** PyTorch's improvement that ends a plateau, as a share of the best metric or as it is. */
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
 * metric has not risen (by a factor of 1.0001 above its best, or by 1e-4 if `plateauThreshold` is
 * `absolute`) for more than `plateauPatience` validations. PyTorch's `ReduceLROnPlateau` in `max`
 * mode; `metrics`: one number ≥ 0 for each.
 */
export function plateauRate(
  { learningRate, plateauPatience, plateauFactor, plateauThreshold = "relative" }: ScheduleFacts,
  metrics: readonly number[],
): number {
  const aboveOf = {
    relative: (best: number) => best * (1 + PLATEAU_THRESHOLD),
    absolute: (best: number) => best + PLATEAU_THRESHOLD,
  }[plateauThreshold];
  let [rate, best, waited] = [learningRate, Number.NEGATIVE_INFINITY, 0];
  for (const metric of metrics) {
    const improved = metric > aboveOf(best);
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
 * `η(u) = η₀ · ½(1 + cos πt/T)` of update number u (from 1 on), which is number t (from 0 on) of its cycle of T
 * updates: cosine annealing with warm restarts (Loshchilov & Hutter 2017). The first cycle has `cycle`
 * updates, each further one `growth` (at least 1) times those of the one before.
 */
export function cosineRate(
  learningRate: number,
  update: number,
  cycle: number,
  growth = 1,
): number {
  let [at, length] = [update - 1, cycle];
  if (growth === 1) at %= cycle;
  for (; at >= length; length *= growth) at -= length;
  return (learningRate * (1 + Math.cos((Math.PI * at) / length))) / 2;
}

/**
 * What the rate is multiplied by in the update `since` (from 1 on) after the goal was reached: from 1
 * down to 0 in a line over `updates`.
 */
export function settlingFactor(since: number, updates: number): number {
  return Math.max(0, 1 - (since - 1) / Math.max(1, updates));
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
      const cycle = facts.cycleUpdates ?? plannedUpdates(facts, updatesPerEpoch);
      return cosineRate(facts.learningRate, update, cycle, facts.cycleGrowth);
    }
  }
}
