import { paceSteps } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { initializeSteps, keyNormals, type Transformer } from "../transformer/index.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";

/** Fresh weights by the recipe's seed; with `compat`, those of torch's generator at seed 0. */
export async function initialTransformer(task: TrainingTask, recipe: Recipe): Promise<Transformer> {
  const normals = recipe.compat
    ? (await import("./torch-draws.ts")).torchDraws()
    : keyNormals(Key.fromSeed(recipe.seed).fold("weights"));
  return paceSteps(initializeSteps(task.lowLevelConfig, normals, recipe.initialization));
}
