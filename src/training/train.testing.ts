import { vi } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { parseRecipe, type RecipeInput } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";
import { caseThree } from "./tasks.testing.ts";
import { type TrainingOptions, train } from "./train.ts";

export const backend = await wasmBackend();
export const task = caseThree();

/** Small enough that an epoch is four batches. */
export const SHORT: RecipeInput = {
  trainPairs: 60,
  validationPairs: 40,
  batchSize: 16,
  epochs: 3,
  earlyStop: false,
  learningRate: 5e-3,
};

/** Trains on case 3. */
export const run = (
  recipe: RecipeInput,
  options: Partial<TrainingOptions> = {},
  changes: Partial<TrainingTask> = {},
) => train({ ...task, ...changes }, parseRecipe(recipe), { backend, ...options });

/** The error that a promise ends with, as text. */
export const messageOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(() => "accepted", formatError);

/** The clock stands still, or jumps with every look at it: what decides how often runs are visited. */
export function withClock<T>(jump: number, work: () => Promise<T>): Promise<T> {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => {
    now += jump;
    return now;
  });
  return work().finally(() => clock.mockRestore());
}
