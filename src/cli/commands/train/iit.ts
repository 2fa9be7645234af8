import { z } from "zod";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { workOptions } from "../../options/engine.ts";
import { retiredTrainingFlags } from "../../options/original.ts";
import {
  chosenRecipe,
  recipeChoice,
  recipeOptions,
  trainingFlags,
} from "../../options/training.ts";
import { trainOnCases } from "./on-cases.ts";

const options = z.object({
  ...caseOptions,
  ...recipeChoice,
  ...recipeOptions,
  ...trainingFlags,
  ...workOptions,
});

/** `train iit`: a transformer that implements the circuit of a case, by SIIT. */
export const trainIit = defineCommand({
  path: ["train", "iit"],
  summary: "Train a transformer to implement the circuit of a case (SIIT)",
  description: [
    "Three losses: the task itself (behaviour), interchange interventions on the nodes of the circuit (IIT), and interventions on all other nodes, which must change nothing (strict). Four accuracies are measured on held-out pairs as training goes on: of outputs, under IIT, with one other node exchanged, with all of them; training stops early when all of them are high enough, and keeps the weights of the best validation. A run that ends before is a failure (exit code 1) whose model is written all the same; --no-early-stop trains to the end without a goal.",
    "The folder holds model.safetensors, config.json, circuit.json (the ground truth), tokens.json (what token ids and classes stand for), training.json (recipe and history) and result.json. Ctrl-C saves; the same command goes on where it stopped. Without IIT and strict loss (-iit 0 -s 0) the model is a natural one: see train natural. --recipe original has the defaults of InterpBench (Python), which take hours where fast takes seconds.",
  ].join("\n\n"),
  options,
  retired: retiredTrainingFlags,
  examples: [
    { command: "train iit -i 3", summary: "Case 3, in seconds" },
    {
      command: "train iit -i 3 --recipe original --epochs 30 -s 0.4 -iit 1 -b 1",
      summary: "The same as InterpBench does it",
    },
    { command: "train iit -i 13 --recipe case", summary: "As the published model was trained" },
    {
      command: "train iit -i 3,4,18 -o out --log plain",
      summary: "Several cases side by side, into out/",
    },
    { command: "train iit -i mine.mjs", summary: "A program of your own, in a file" },
  ],
  run: (context, choice) => trainOnCases(context, choice, (case_) => chosenRecipe(choice, case_)),
});
