import type { Backend } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import {
  DEFAULT_TOLERANCE,
  drawPairs,
  flattenWeights,
  inputCount,
  loadHighLevel,
  loadValidator,
  type Pairs,
  type TrainingTask,
  type ValidationMetrics,
} from "../training/index.ts";
import type { Transformer } from "../transformer/index.ts";
import { choosePairs } from "./inputs.ts";
import { assertSubject } from "./subject.ts";

/** What to measure accuracies on. */
export interface AccuracyOptions {
  readonly backend: Backend;
  /** Distance below which a number counts as right. Default 0.05, the original's. */
  readonly atol?: number;
  /** Most pairs. Default 65,536: all pairs of up to 256 inputs. */
  readonly pairBudget?: number;
  /** Draws pairs where there are too many. Default: seed 0. */
  readonly key?: Key;
  /** These pairs instead of chosen ones. */
  readonly pairs?: Pairs;
}

/** Accuracies of a model, and the number of pairs they were measured on. */
export interface ModelAccuracies extends ValidationMetrics {
  readonly pairCount: number;
}

/** All pairs if they fit and weigh the same, else pairs drawn by multiplicity. */
function unweightedPairs(task: TrainingTask, budget: number, key: Key): Pairs {
  const { multiplicity } = task;
  const isUniform = Array.from(multiplicity).every((count) => count === multiplicity[0]);
  if (isUniform && inputCount(task) ** 2 <= budget) return choosePairs(task, budget, key);
  return drawPairs(multiplicity, budget, key.fold("pairs"));
}

/**
 * Accuracy, interchange intervention accuracy (all variables) and strict accuracy (all outside
 * nodes) of a model: what validation measures during training, on all pairs of inputs or a sample.
 *
 * Throws `E_TASK` when the model does not fit the task.
 */
export function modelAccuracies(
  model: Transformer,
  task: TrainingTask,
  options: AccuracyOptions,
): ModelAccuracies {
  assertSubject(model, task);
  const { backend, atol = DEFAULT_TOLERANCE, pairBudget = 65_536 } = options;
  const pairs = options.pairs ?? unweightedPairs(task, pairBudget, options.key ?? Key.fromSeed(0));
  const tokens = backend.buffer(task.tokens);
  const weights = backend.buffer(flattenWeights(model.config, model.weights));
  const targets = loadHighLevel(task, pairs, backend, tokens);
  const validator = loadValidator({ task, atol, pairs, backend, tokens, targets, weights });
  const ids = pairs.base.map((_, i) => i);
  const metrics = validator.measure({ ids, variables: "all" });
  for (const part of [validator, targets, tokens, weights]) part.dispose();
  return { ...metrics, pairCount: ids.length };
}
