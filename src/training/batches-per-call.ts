import { forwardWork } from "../transformer/index.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";

/** Multiply-adds of a call's forward passes: about ten milliseconds on native kernels. */
const CALL_WORK = 2 ** 25;

/**
 * How many batches make up one call of the backend. Each one costs the processor's caches what the
 * call before it had left there, which shows in small models; large ones take a call a batch.
 */
export function batchesPerCall(
  { lowLevelConfig, positions }: TrainingTask,
  recipe: Recipe,
): number {
  const perBatch = forwardWork(lowLevelConfig, positions) * recipe.batchSize;
  return Math.max(1, Math.floor(CALL_WORK / perBatch));
}
