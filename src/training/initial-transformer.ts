import { Key, TorchRandom } from "../rng/index.ts";
import {
  initializeTransformer,
  keyNormals,
  type Transformer,
  torchNormals,
} from "../transformer/index.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";

/** Fresh weights by the recipe's seed; with `compat`, those of torch's generator at seed 0. */
export function initialTransformer(task: TrainingTask, recipe: Recipe): Transformer {
  const normals = recipe.compat
    ? torchNormals(new TorchRandom(0))
    : keyNormals(Key.fromSeed(recipe.seed).fold("weights"));
  return initializeTransformer(task.lowLevelConfig, normals, recipe.initialization);
}
