import { z } from "zod";
import {
  caseTask,
  causalModelSteps,
  generateDataSteps,
  groundTruthCircuit,
} from "../../cases/index.ts";
import { option } from "../../discovery/index.ts";
import { formatJson } from "../../formats/index.ts";
import { paceSteps } from "../../interventions/index.ts";
import { identityOf, vocabularyOf, writeModel } from "../../models/index.ts";
import { Key } from "../../rng/index.ts";
import { parseRecipe, type RecipeInput } from "../../training/index.ts";
import { defineKind } from "../kind.ts";
import { subjectCase } from "../subject.ts";
import { caseMembers } from "./case-members.ts";
import { goalFailure, trainingDocument } from "./training-document.ts";
import { trainWithCheckpoints } from "./training-run.ts";

/** Inputs are drawn, compared and kept as values: some hundred bytes each. */
const MOST_INPUTS = 2_000_000;

/** Inputs to train on by the commands of InterpBench (Python): `train iit`, and `train ioi`. */
export const TRAINING_INPUTS = { iit: 120_000, ioi: 12_000 } as const;

/** How many inputs to train on, with the default. */
export const numSamplesOption = (standard: number) =>
  option(
    z.int().min(2).max(MOST_INPUTS).default(standard),
    "Inputs to train on, at most; all of them if there are no more",
    { unit: "inputs", origin: "the original" },
  );

/** Options of training besides the recipe. */
export const trainingOptions = {
  sameSize: option(
    z.boolean().default(false),
    "As many layers and heads as the compiled transformer",
  ),
  numSamples: numSamplesOption(TRAINING_INPUTS.iit),
};

/** Training a transformer to implement the circuit of a case (SIIT), with checkpoints. */
export const trainingKind = defineKind({
  name: "train-iit",
  title: "train iit",
  config: z.strictObject({
    /** Fields of the recipe; the others have their defaults. */
    recipe: z.record(z.string(), z.unknown()).default({}),
    ...trainingOptions,
  }),
  failure: goalFailure,
  async prepare({ subject, config }, context) {
    const { case_ } = await subjectCase(subject, context);
    const { sameSize, numSamples } = config;
    const recipe = parseRecipe(config.recipe as RecipeInput);
    return {
      case: case_.id,
      config: { recipe, sameSize, numSamples, case: identityOf(case_) },
      seeds: { seed: recipe.seed },
      run: (job) =>
        job.withBackend(async (backend) => {
          const { signal } = job;
          const model = await paceSteps(causalModelSteps(case_), { signal });
          const key = Key.fromSeed(recipe.seed).fold("data");
          const drawing = generateDataSteps(case_, { key, size: numSamples });
          const data = await paceSteps(drawing, { signal });
          const { tokens, multiplicity, positions } = data;
          const task = { ...caseTask(case_, { sameSize }, model), tokens, multiplicity, positions };
          const result = await trainWithCheckpoints(job, { task, recipe, backend });
          const truth = groundTruthCircuit(case_, { sameSize }, model.compiled);
          writeModel(job.draft, {
            transformer: result.transformer,
            truth,
            vocabulary: vocabularyOf(case_, model.compiled),
          });
          const document = trainingDocument(caseMembers(case_), recipe, result);
          job.draft.write(
            "training.json",
            formatJson({ ...document, recipe, history: result.state.history }),
          );
          return document;
        }),
    };
  },
});
