import { caseTaskSteps, generateDataSteps } from "../../../src/cases/index.ts";
import { InterpBenchError } from "../../../src/errors/index.ts";
import { paceSteps } from "../../../src/interventions/index.ts";
import { Key } from "../../../src/rng/index.ts";
import {
  baseRecipe,
  changedRecipe,
  type EpochRecord,
  type Losses,
  meanLosses,
  parseRecipe,
  type RECIPE_BASES,
  type Recipe,
  type RecipeInput,
  type TrainingEnd,
  type TrainingState,
  train,
  unflattenWeights,
} from "../../../src/training/index.ts";
import { type ComponentNorm, componentNorms } from "../../../src/transformer/index.ts";
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
  /** Where the recipe comes from. Default: the one that takes the least time. */
  readonly base?: (typeof RECIPE_BASES)[number];
  /** What is other than there. */
  readonly recipe?: RecipeInput;
  /** Goes on where the training of this name was stopped, with the same recipe. Default: begins anew. */
  readonly resumes?: boolean;
}

/** How far a training is. */
export type TrainProgress =
  /** At the start, about ten times a second, and at every validation. */
  | {
      readonly kind: "moment";
      /** Updates so far. */
      readonly step: number;
      /** The most there will be; `undefined` where epochs alone limit them. */
      readonly total: number | undefined;
      /** Weighted, means over the batches since the last validation; none before the first. */
      readonly losses: Losses | undefined;
      readonly norms: readonly ComponentNorm[];
    }
  | { readonly kind: "epoch"; readonly record: EpochRecord };

export interface Trained {
  readonly model: ModelFacts;
  readonly recipe: Recipe;
  readonly end: TrainingEnd;
  /** Updates in all. */
  readonly steps: number;
  readonly best: EpochRecord | undefined;
}

/** Trains a model; one that is stopped is kept as it is, and can be gone on with. */
export async function trainModel(
  state: EngineState,
  { case: id, name, base = "fast", recipe: changes = {}, resumes = false }: TrainInput,
  { onProgress, signal }: CallContext<TrainProgress>,
): Promise<Trained> {
  const case_ = state.caseOf(id);
  const recipe = parseRecipe(changedRecipe(baseRecipe(base, case_), changes));
  const key = Key.fromSeed(recipe.seed).fold("data");
  const data = generateDataSteps(case_, { key, size: SAMPLES });
  const task = {
    ...(await paceSteps(caseTaskSteps(case_), { signal })),
    ...(await paceSteps(data, { signal })),
  };
  const config = task.lowLevelConfig;
  const tell = (now: TrainingState) =>
    onProgress({
      kind: "moment",
      step: now.step,
      total: recipe.updates,
      losses: now.lossBatches === 0 ? now.history.at(-1)?.trainLosses : meanLosses(now),
      norms: componentNorms({ config, weights: unflattenWeights(config, now.weights) }),
    });
  const trained = await train(task, recipe, {
    backend: await state.backend(),
    signal,
    ...(resumes ? { resume: () => heldTraining(state, name) } : {}),
    onProgress: (event) => {
      if (event.kind === "epoch") onProgress({ kind: "epoch", record: event.record });
    },
    checkpoint: (read) => tell(read({ isCopied: false })),
  });
  const { transformer, best, end } = trained;
  state.trainings.delete(name);
  state.trainings.set(name, trained.state);
  state.models.set(name, { name, case_, transformer, truth: task.truth });
  const model = modelFacts(state, { kind: "loaded", name });
  return { model, recipe, end, steps: trained.state.step, best };
}

function heldTraining({ trainings }: EngineState, name: string): TrainingState {
  const found = trainings.get(name);
  if (found !== undefined) return found;
  throw new InterpBenchError("E_STATE", `no training "${name}" was stopped in this page`, {
    expected: [...trainings.keys()].join(", ") || "a training that was stopped before",
  });
}
