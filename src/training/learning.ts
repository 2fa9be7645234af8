import type { Backend, Buffer } from "../engine/index.ts";
import { countParameters } from "../transformer/index.ts";
import { flattenWeights } from "./flat-weights.ts";
import { initialTransformer } from "./initial-transformer.ts";
import { jointTrainer } from "./joint-trainer.ts";
import type { Recipe } from "./recipe.ts";
import { bestOf } from "./stopping.ts";
import type { TrainingTask } from "./task.ts";
import type { LoadTrainer } from "./trainer.ts";
import type { ValidationMetrics } from "./validation.ts";

/** The weights of the trained transformer in the memory of a backend, as they follow from what is learnt. */
export interface LearnedWeights {
  /** `[parameter]`, in state-dict order; right after {@link LearnedWeights.refresh}. */
  readonly buffer: Buffer;
  /** Works them out of what has been learnt by now. */
  refresh(): void;
  dispose(): void;
}

/**
 * What a run learns: a vector, which is the weights themselves or something that they follow from, and
 * the updates that it learns by.
 */
export interface Learning {
  /** How many numbers are learnt. */
  readonly size: number;
  /** What they are before the first update, `[size]`. */
  start(recipe: Recipe): Float32Array | Promise<Float32Array>;
  /** The transformer's weights on the learnt numbers in a buffer. */
  loadWeights(backend: Backend, learned: Buffer): LearnedWeights;
  /** The place of the best validation in a history; `undefined` without any. */
  bestOf(recipe: Recipe, history: readonly ValidationMetrics[]): number | undefined;
  /** The updates of a recipe, whose code is imported when it is asked for. */
  trainer(recipe: Recipe): Promise<LoadTrainer>;
}

/** SIIT's: the weights of a fresh transformer, on the terms of the recipe. */
export function weightLearning(task: TrainingTask): Learning {
  const { lowLevelConfig } = task;
  return {
    size: countParameters(lowLevelConfig),
    start: async (recipe) =>
      flattenWeights(lowLevelConfig, (await initialTransformer(task, recipe)).weights),
    loadWeights: (_, learned) => ({ buffer: learned, refresh: () => {}, dispose: () => {} }),
    bestOf,
    async trainer({ joint, silenceWeight = 0 }) {
      if (!joint) return (await import("./term-trainer.ts")).loadTermTrainer;
      if (silenceWeight === 0) return jointTrainer();
      return jointTrainer((await import("./silence.ts")).silenceLoss(task, silenceWeight));
    },
  };
}
