import type { Values } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { Recipe } from "./recipe.ts";
import type { Term } from "./terms.ts";
import type { ValidationMetrics } from "./validation.ts";

/** Weighted losses by term, 0 for terms that are not trained. */
export type Losses = { readonly [T in Term]: number };

/** What an epoch came to, or the updates between two validations. */
export interface EpochRecord {
  /** The epoch that it ends or lies in; 1 for the first. */
  readonly epoch: number;
  /** That of its last update. */
  readonly learningRate: number;
  /** Updates of the weights so far. */
  readonly steps: number;
  /** Weighted losses, means over the batches since the validation before. */
  readonly trainLosses: Losses;
  readonly validation: ValidationMetrics;
  /** What the batches after it depend on, where they depend on something: see `Trainer.measure`. */
  readonly measured?: readonly number[];
}

/** A place where a run met numbers that are none, and went back to its best weights. */
export interface Recovery {
  /** Updates behind it; Adam starts anew here. */
  readonly step: number;
  /** The epoch it lies in; 1 for the first. */
  readonly epoch: number;
  /** What was not finite, e.g. `the gradient is NaN`. */
  readonly cause: string;
  /** The updates behind the weights that it went back to. */
  readonly backTo: number;
  /** What learning rates are multiplied by from here on. */
  readonly rateFactor: number;
}

/**
 * Everything a training run needs to go on as if it had never stopped: plain data.
 *
 * Random draws are functions of the recipe's seed and the place in the run, so there is no state of
 * a generator. The arrays have one number per parameter that is learnt: the weights in state-dict order.
 */
export interface TrainingState {
  readonly recipe: Recipe;
  /** Whole epochs behind it. */
  readonly epoch: number;
  /** Batches of the current epoch behind it. */
  readonly batch: number;
  /** Updates of the weights behind it. */
  readonly step: number;
  /** Sums of the losses over the batches since the last validation. */
  readonly lossSums: Losses;
  /** Number of these batches. */
  readonly lossBatches: number;
  readonly history: readonly EpochRecord[];
  readonly recoveries: readonly Recovery[];
  readonly weights: Values;
  /** The weights of the best validation so far (`bestOf` the history); the initial ones before any. */
  readonly bestWeights: Values;
  /** Adam's mean of gradients. */
  readonly firstMoment: Values;
  /** Adam's mean of squared gradients. */
  readonly secondMoment: Values;
}

/**
 * Gives the state of a run as it is now. With `isCopied: false` (default true) its arrays are the run's own
 * memory: not to be changed, and good until the run goes on.
 */
export type ReadState = (options?: { readonly isCopied?: boolean }) => TrainingState;

/** The arrays of a state. */
export const STATE_ARRAYS = ["weights", "bestWeights", "firstMoment", "secondMoment"] as const;

export const NO_LOSSES: Losses = { iit: 0, strict: 0, behavior: 0 };

/** The mean losses over the batches since the last validation; 0 before any. */
export function meanLosses({
  lossSums: { iit, strict, behavior },
  lossBatches,
}: Pick<TrainingState, "lossSums" | "lossBatches">): Losses {
  const count = Math.max(1, lossBatches);
  return { iit: iit / count, strict: strict / count, behavior: behavior / count };
}

/** The state before the first update. */
export function initialState(recipe: Recipe, weights: Values): TrainingState {
  return {
    recipe,
    epoch: 0,
    batch: 0,
    step: 0,
    lossSums: NO_LOSSES,
    lossBatches: 0,
    history: [],
    recoveries: [],
    weights,
    bestWeights: weights,
    firstMoment: new Float32Array(weights.length),
    secondMoment: new Float32Array(weights.length),
  };
}

/**
 * Throws `E_STATE` unless a stored state belongs to what is learnt and the recipe: the number of
 * parameters fits, and no hyper-parameter differs but `epochs`, `updates`, `earlyStop`,
 * `earlyStopAccuracy` and `patience`.
 */
export function assertState(
  state: TrainingState,
  { size: expected }: { readonly size: number },
  recipe: Recipe,
): void {
  for (const name of STATE_ARRAYS) {
    if (state[name].length === expected) continue;
    throw new InterpBenchError("E_STATE", "the stored state belongs to another transformer", {
      at: name,
      expected: `${expected} parameters`,
      received: String(state[name].length),
    });
  }
  const mayDiffer = new Set<keyof Recipe>([
    "epochs",
    "updates",
    "earlyStop",
    "earlyStopAccuracy",
    "patience",
  ]);
  for (const name of Object.keys(recipe) as (keyof Recipe)[]) {
    const [now, then] = [recipe[name], state.recipe[name]].map((value) => JSON.stringify(value));
    if (mayDiffer.has(name) || now === then) continue;
    throw new InterpBenchError("E_STATE", "the stored state was made with another recipe", {
      at: name,
      expected: `${then}, as in the state`,
      received: now,
      hint: "Resume with the same recipe, or start anew.",
    });
  }
}
