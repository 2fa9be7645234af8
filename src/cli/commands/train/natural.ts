import { z } from "zod";
import { NATURAL_RECIPE } from "../../../training/index.ts";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { workOptions } from "../../options/engine.ts";
import { retiredTrainingFlags } from "../../options/original.ts";
import {
  chosenRecipe,
  naturalRecipeOptions,
  recipeChoice,
  trainingFlags,
} from "../../options/training.ts";
import { trainOnCases } from "./on-cases.ts";

const options = z.object({
  ...caseOptions,
  ...recipeChoice,
  ...naturalRecipeOptions,
  ...trainingFlags,
  ...workOptions,
});

/** `train natural`: a transformer that learns the task of a case, and no circuit. */
export const trainNatural = defineCommand({
  path: ["train", "natural"],
  summary: "Train a transformer on the task of a case alone, for comparison",
  description: [
    "The same transformer on the same inputs as train iit, with the behaviour loss alone: nobody tells it how to compute. It is train iit -iit 0 -s 0 -b 1, and its results lie with those. Training stops early when the accuracy is high enough; IIA and strict accuracy are measured, and count for nothing.",
    "run, eval iit and others take it by --natural.",
  ].join("\n\n"),
  options,
  retired: retiredTrainingFlags,
  examples: [
    { command: "train natural -i 3,4", summary: "Cases 3 and 4" },
    { command: "train natural -i 3 --recipe original", summary: "As InterpBench does" },
  ],
  run: (context, choice) =>
    trainOnCases(context, choice, (case_) => chosenRecipe(choice, case_, NATURAL_RECIPE)),
});
