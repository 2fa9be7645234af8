import { z } from "zod";
import { caseTask, causalModelOf, generateData, groundTruthCircuit } from "../../cases/index.ts";
import type { Backend } from "../../engine/index.ts";
import { decodeTrainingState, encodeTrainingState, formatJson } from "../../formats/index.ts";
import { hashOfCase, vocabularyOf, writeModel } from "../../models/index.ts";
import { Key } from "../../rng/index.ts";
import {
  assertSound,
  assertState,
  parseRecipe,
  type Recipe,
  type RecipeInput,
  type TrainingResult,
  type TrainingTask,
  train,
} from "../../training/index.ts";
import { defineKind, type RunningJob } from "../kind.ts";
import { subjectCase } from "../subject.ts";
import { goalFailure, trainingDocument } from "./training-document.ts";
import { progressCounter, recoveryText, shownNumbers } from "./training-progress.ts";

/** Training a transformer to implement the circuit of a case (SIIT), with checkpoints. */
export const trainingKind = defineKind({
  name: "train-iit",
  title: "train iit",
  config: z.strictObject({
    /** Fields of the recipe; the others have their defaults. */
    recipe: z.record(z.string(), z.unknown()).default({}),
    /** As many layers and heads as the compiled transformer. */
    sameSize: z.boolean().default(false),
    /** Inputs to train on, at most; all of them if there are no more. */
    numSamples: z.int().min(2).default(120_000),
  }),
  failure: goalFailure,
  async prepare({ subject, config }, context) {
    const { case_ } = await subjectCase(subject, context);
    const { sameSize, numSamples } = config;
    const recipe = parseRecipe(config.recipe as RecipeInput);
    return {
      case: case_.id,
      config: { recipe, sameSize, numSamples, case: { sha256: hashOfCase(case_) } },
      seeds: { seed: recipe.seed },
      run: (job) =>
        job.withBackend(async (backend) => {
          const model = causalModelOf(case_);
          const data = generateData(case_, {
            key: Key.fromSeed(recipe.seed).fold("data"),
            size: numSamples,
          });
          const { tokens, multiplicity, positions } = data;
          const task = { ...caseTask(case_, { sameSize }, model), tokens, multiplicity, positions };
          const result = await trainWithCheckpoints(job, task, recipe, backend);
          const truth = groundTruthCircuit(case_, { sameSize }, model.compiled);
          writeModel(job.draft, {
            transformer: result.transformer,
            truth,
            vocabulary: vocabularyOf(case_, model.compiled),
          });
          const document = trainingDocument(case_.id, recipe, result);
          job.draft.write(
            "training.json",
            formatJson({ ...document, recipe, history: result.state.history }),
          );
          return document;
        }),
    };
  },
});

/** Trains on from the job's checkpoint, if it has one that fits, and keeps it up to date. */
async function trainWithCheckpoints(
  { name, draft, checkpoint, begin, signal, context }: RunningJob,
  task: TrainingTask,
  recipe: Recipe,
  backend: Backend,
): Promise<TrainingResult> {
  const resume = checkpoint.restore((bytes) => {
    const state = decodeTrainingState(bytes, draft.folder);
    assertState(state, task, recipe);
    assertSound(state);
    return state;
  });
  const counter = progressCounter(recipe);
  const line = begin(counter.unit, counter.total, {
    done: resume === undefined ? 0 : counter.of(resume),
    mayEndEarly: recipe.earlyStop,
  });
  if (resume !== undefined) {
    context.progress.note(`${name}  goes on after ${resume.step} updates`);
  }
  const result = await train(task, recipe, {
    backend,
    signal,
    ...(resume === undefined ? {} : { resume }),
    onProgress: (event) => {
      if (event.kind === "recovery") {
        context.progress.warn(`${name}  ${recoveryText(event.recovery)}`);
      } else if (event.kind === "batch") line.update(counter.within(event));
      else line.update(counter.after(event.record), shownNumbers(event.record));
    },
    checkpoint: (state) => checkpoint.offer(() => encodeTrainingState(state())),
  });
  if (result.end !== "aborted") return result;
  checkpoint.save(encodeTrainingState(result.state));
  throw signal.reason;
}
