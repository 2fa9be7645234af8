import { z } from "zod";
import { TRAINING_INPUTS } from "../../../jobs/index.ts";
import { defineCommand } from "../../command.ts";
import { workOptions } from "../../options/engine.ts";
import { ioiIndices, ioiOptions } from "../../options/ioi.ts";
import { retiredIoiFlags, retiredTrainingFlags } from "../../options/original.ts";
import {
  caseRecipeChoice,
  chosenRecipe,
  recipeOptions,
  samplesOption,
} from "../../options/training.ts";
import { trainOnCases } from "./on-cases.ts";

const options = z.object({
  ...ioiOptions,
  ...caseRecipeChoice,
  ...recipeOptions,
  ...samplesOption(TRAINING_INPUTS.ioi),
  ...workOptions,
});

/** `train ioi`: a transformer that implements indirect object identification, by SIIT. */
export const trainIoi = defineCommand({
  path: ["train", "ioi"],
  summary: "Train a transformer to implement indirect object identification (SIIT)",
  description: [
    "The same as train iit -i ioi, with the defaults of InterpBench's command of this name: the arguments of the published model, and 12,000 of the 116,424 prompts. A head each of layers 1, 2 and 4 finds the repeated name, inhibits it, and moves the other one to the output.",
    "--recipe fast takes all prompts that --num-samples allows, gradients through the source and one joint loss; it is the one to use.",
  ].join("\n\n"),
  options,
  retired: [...retiredTrainingFlags, ...retiredIoiFlags],
  examples: [
    {
      command: "train ioi --recipe fast --num-samples 120000",
      summary: "On all prompts: about two minutes on two cores",
    },
    {
      command: "train ioi --epochs 10 --clip-grad-norm 1.0 -s 0.4",
      summary: "As InterpBench does",
    },
  ],
  run: (context, choice) =>
    trainOnCases(context, { ...choice, indices: ioiIndices(choice), sameSize: false }, (case_) =>
      chosenRecipe({ ...choice, sameSize: false }, case_),
    ),
});
