import { caseTask, generateData } from "../../../src/cases/index.ts";
import { Key } from "../../../src/rng/index.ts";
import {
  type EpochRecord,
  fastRecipe,
  parseRecipe,
  type RecipeInput,
  type TrainingEnd,
  train,
} from "../../../src/training/index.ts";
import type { CallContext } from "../serve.ts";
import type { EngineState } from "../state.ts";
import { type ModelFacts, modelFacts } from "./models.ts";

/** Inputs that pairs are drawn from, as for `train iit`; of small cases all there are. */
const SAMPLES = 20_000;

export interface TrainInput {
  /** A case, whose model is trained … */
  readonly case: string;
  /** … and what the model is to be called. */
  readonly name: string;
  /** What is other than in the recipe that takes the least time. */
  readonly recipe?: RecipeInput;
}

/** How far a training is. */
export type TrainProgress =
  | { readonly kind: "batch"; readonly step: number; readonly total: number }
  | { readonly kind: "epoch"; readonly record: EpochRecord };

export interface Trained {
  readonly model: ModelFacts;
  readonly end: TrainingEnd;
  readonly best: EpochRecord | undefined;
}

/** Trains a model; one that is stopped is kept as it is. */
export async function trainModel(
  state: EngineState,
  { case: id, name, recipe: changes = {} }: TrainInput,
  { onProgress, signal }: CallContext<TrainProgress>,
): Promise<Trained> {
  const case_ = state.caseOf(id);
  const recipe = parseRecipe({ ...fastRecipe(case_), ...changes });
  const key = Key.fromSeed(recipe.seed).fold("data");
  const task = { ...caseTask(case_), ...generateData(case_, { key, size: SAMPLES }) };
  const { transformer, best, end } = await train(task, recipe, {
    backend: await state.backend(),
    signal,
    onProgress: (event) => {
      if (event.kind === "batch") {
        onProgress({ kind: "batch", step: event.step, total: recipe.updates ?? 0 });
      } else if (event.kind === "epoch") onProgress({ kind: "epoch", record: event.record });
    },
  });
  state.models.set(name, { name, case_, transformer, truth: task.truth });
  return { model: modelFacts(state, { kind: "loaded", name }), end, best };
}
