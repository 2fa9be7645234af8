import { z } from "zod";
import {
  type Case,
  caseTask,
  causalModelOf,
  generateData,
  groundTruthCircuit,
} from "../../../cases/index.ts";
import type { Backend } from "../../../engine/index.ts";
import { decodeTrainingState, encodeTrainingState, formatJson } from "../../../formats/index.ts";
import type { EngineChoice, JobPlan, RunningJob } from "../../../jobs/index.ts";
import { hashOfCase, vocabularyOf, writeModel } from "../../../models/index.ts";
import { Key } from "../../../rng/index.ts";
import {
  assertSound,
  assertState,
  type Recipe,
  type TrainingResult,
  type TrainingTask,
  train,
} from "../../../training/index.ts";
import { namesProgramFile, selectCases, warnOfCase } from "../../cases/selection.ts";
import { defineCommand } from "../../command.ts";
import { runJobs } from "../../jobs.ts";
import { caseOptions } from "../../options/cases.ts";
import { jobOptions, outputWords } from "../../options/common.ts";
import { engineOptions } from "../../options/engine.ts";
import { retiredEverywhere, retiredTrainingFlags } from "../../options/original.ts";
import {
  chosenRecipe,
  recipeChoice,
  recipeOptions,
  trainingOptions,
} from "../../options/training.ts";
import { typedCommand } from "../../typed.ts";
import { progressCounter, recoveryText, shownNumbers } from "./progress.ts";
import { goalFailure, resultColumns, resultDocument, resultText } from "./result.ts";

const options = z.object({
  ...caseOptions,
  ...recipeChoice,
  ...recipeOptions,
  ...trainingOptions,
  ...jobOptions,
  ...engineOptions,
});

type Options = z.output<typeof options>;

/** `train iit`: a transformer that implements the circuit of a case, by SIIT. */
export const trainIit = defineCommand({
  path: ["train", "iit"],
  summary: "Train a transformer to implement the circuit of a case (SIIT)",
  description: [
    "Three losses: the task itself (behaviour), interchange interventions on the nodes of the circuit (IIT), and interventions on all other nodes, which must change nothing (strict). After every epoch three accuracies are measured on held-out pairs; training stops early when all of them are high enough, and keeps the weights of the best validation. A run that ends before is a failure (exit code 1) whose model is written all the same; --no-early-stop trains to the end without a goal.",
    "The folder holds model.safetensors, config.json, circuit.json (the ground truth), tokens.json (what token ids and classes stand for), training.json (recipe and history) and result.json. Ctrl-C saves; the same command goes on where it stopped. Without IIT and strict loss (-iit 0 -s 0) the model is a natural one. Defaults of the recipe are those of InterpBench (Python).",
  ].join("\n\n"),
  options,
  retired: [...retiredEverywhere, ...retiredTrainingFlags],
  examples: [
    {
      command: "train iit -i 3 --epochs 30 -s 0.4 -iit 1 -b 1 --early-stop",
      summary: "Case 3: a few epochs are enough",
    },
    { command: "train iit -i 13 --recipe case", summary: "As the published model was trained" },
    {
      command: "train iit -i 3,4,18 -o out --log plain",
      summary: "Several cases side by side, into out/",
    },
    { command: "train iit -i mine.mjs --recipe fast", summary: "A program of your own, in a file" },
    { command: "train iit -i 3 -iit 0 -s 0", summary: "A natural model, for comparison" },
  ],
  isolate: ({ indices }) => namesProgramFile(indices),
  async run(context, choice) {
    const cases = await selectCases(context, choice.indices);
    const jobs = cases.map(({ case_, word }) => {
      const recipe = chosenRecipe(choice, case_.recipe);
      const plan = async () => {
        await warnOfCase(context, case_);
        return trainingPlan(case_, recipe, choice);
      };
      return { case: case_.id, plan, shown: shownProgram(case_, word) };
    });
    const typed = (words: readonly string[]) =>
      typedCommand(context.io, [...words, ...outputWords(choice)]);
    return runJobs(context, choice, {
      kind: "train-iit",
      jobs,
      text: (document, style) => resultText(document, typed, style),
      failure: goalFailure,
      columns: resultColumns,
    });
  },
});

/** The file of a program, as it was called. */
const shownProgram = (case_: Case, word: string) => (word === case_.id ? {} : { program: word });

/** What decides a training run besides the recipe. */
export type TrainingFacts = EngineChoice & Pick<Options, "sameSize" | "numSamples">;

/** A training run of a case, with checkpoints. */
export function trainingPlan(case_: Case, recipe: Recipe, choice: TrainingFacts): JobPlan {
  const { sameSize, numSamples } = choice;
  return {
    config: { recipe, sameSize, numSamples, case: { sha256: hashOfCase(case_) } },
    seeds: { seed: recipe.seed },
    engine: choice,
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
        const document = resultDocument(case_.id, recipe, result);
        job.draft.write(
          "training.json",
          formatJson({ ...document, recipe, history: result.state.history }),
        );
        return document;
      }),
  };
}

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
