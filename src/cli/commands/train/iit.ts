import { z } from "zod";
import {
  allCases,
  type Case,
  caseTask,
  generateData,
  getCase,
  groundTruthCircuit,
  highLevelModel,
} from "../../../cases/index.ts";
import type { Backend } from "../../../engine/index.ts";
import { decodeTrainingState, encodeTrainingState } from "../../../formats/index.ts";
import {
  type Column,
  formatDuration,
  formatFacts,
  formatPercent,
  type Style,
} from "../../../report/index.ts";
import { Key } from "../../../rng/index.ts";
import { formatJson } from "../../../store/index.ts";
import {
  assertState,
  type EpochRecord,
  type Recipe,
  type TrainingResult,
  type TrainingTask,
  train,
} from "../../../training/index.ts";
import { defineCommand, type JsonDocument } from "../../command.ts";
import { type JobPlan, type RunningJob, runJobs } from "../../jobs.ts";
import { writeModel } from "../../models/files.ts";
import { hashOfCase } from "../../models/identity.ts";
import { caseOptions, selectIds } from "../../options/cases.ts";
import { jobOptions } from "../../options/common.ts";
import { type EngineChoice, engineOptions } from "../../options/engine.ts";
import { retiredEverywhere, retiredTrainingFlags } from "../../options/original.ts";
import {
  chosenRecipe,
  recipeChoice,
  recipeOptions,
  trainingOptions,
} from "../../options/training.ts";

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
    "Three losses: the task itself (behaviour), interchange interventions on the nodes of the circuit (IIT), and interventions on all other nodes, which must change nothing (strict). After every epoch three accuracies are measured on held-out pairs; training stops early when all of them are high enough.",
    "The folder holds model.safetensors, config.json, circuit.json (the ground truth), training.json (recipe and history) and result.json. Ctrl-C saves; the same command goes on where it stopped. Without IIT and strict loss (-iit 0 -s 0) the model is a natural one. Defaults of the recipe are those of InterpBench (Python).",
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
    { command: "train iit -i 3 -iit 0 -s 0", summary: "A natural model, for comparison" },
  ],
  run(context, choice) {
    const ids = selectIds(
      choice.indices,
      allCases().map(({ id }) => id),
    );
    const jobs = ids.map((id) => {
      const case_ = getCase(id);
      const recipe = chosenRecipe(choice, case_.recipe);
      return { case: id, plan: () => trainingPlan(case_, recipe, choice) };
    });
    return runJobs(context, choice, { kind: "train-iit", jobs, text: resultText, columns });
  },
});

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
        const model = highLevelModel(case_);
        const data = generateData(case_, {
          key: Key.fromSeed(recipe.seed).fold("data"),
          size: numSamples,
        });
        const { tokens, multiplicity, positions } = data;
        const task = { ...caseTask(case_, { sameSize }, model), tokens, multiplicity, positions };
        const result = await trainWithCheckpoints(job, task, recipe, backend);
        const truth = groundTruthCircuit(case_, { sameSize }, model.compiled);
        writeModel(job.draft, result.transformer, truth);
        const document = resultDocument(case_, recipe, result);
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
    return state;
  });
  const line = begin("epochs", recipe.epochs, resume?.epoch ?? 0);
  if (resume !== undefined) {
    context.progress.note(`${name}  goes on after epoch ${resume.epoch}, batch ${resume.batch}`);
  }
  const result = await train(task, recipe, {
    backend,
    signal,
    ...(resume === undefined ? {} : { resume }),
    onProgress: (event) => {
      if (event.kind === "epoch") line.update(event.record.epoch, shownNumbers(event.record));
      else line.update(event.epoch - 1 + event.batch / event.batches);
    },
    checkpoint: (state) => checkpoint.offer(() => encodeTrainingState(state())),
  });
  if (result.end !== "aborted") return result;
  checkpoint.save(encodeTrainingState(result.state));
  throw signal.reason;
}

/** What progress shows: the sum of the weighted losses, and the accuracies in per cent. */
function shownNumbers({ trainLosses, validation }: EpochRecord): Record<string, number> {
  const percent = (name: string, x: number | undefined) =>
    x === undefined ? {} : { [name]: Math.round(10_000 * x) / 100 };
  return {
    loss: lossOf(trainLosses),
    ...percent("acc%", validation.accuracy),
    ...percent("IIA%", validation.iia),
    ...percent("strict%", validation.strictAccuracy),
  };
}

const lossOf = ({ iit, strict, behavior }: EpochRecord["trainLosses"]) => iit + strict + behavior;

function resultDocument(
  case_: Case,
  { iitWeight, behaviorWeight, strictWeight }: Recipe,
  { end, state }: TrainingResult,
) {
  const last = state.history.at(-1);
  return {
    case: case_.id,
    epochs: state.epoch,
    stoppedEarly: end === "reached" || end === "stalled",
    end,
    steps: state.step,
    weights: { iitWeight, behaviorWeight, strictWeight },
    metrics: {
      accuracy: last?.validation.accuracy,
      iia: last?.validation.iia,
      strictAccuracy: last?.validation.strictAccuracy,
      loss: last === undefined ? undefined : lossOf(last.trainLosses),
    },
  };
}

const metricOf = (name: string) => (document: JsonDocument) =>
  formatPercent((document.metrics as Readonly<Record<string, number | null>>)[name]);

/** Several runs as a table. */
const columns: readonly Column<JsonDocument>[] = [
  { heading: "epochs", value: ({ epochs }) => Number(epochs) },
  { heading: "ended", value: ({ end }) => String(end) },
  { heading: "accuracy", value: metricOf("accuracy"), align: "right" },
  { heading: "IIA", value: metricOf("iia"), align: "right" },
  { heading: "strict", value: metricOf("strictAccuracy"), align: "right" },
];

/** Why a run ended, for people. */
const ENDS: Readonly<Record<string, string>> = {
  reached: "all accuracies reached the threshold",
  stalled: "no progress any more",
  exhausted: "no epochs left",
};

function resultText(document: JsonDocument, style: Style): string {
  const { epochs, steps, end, seconds, folder } = document;
  const metrics = document.metrics as Readonly<Record<string, number | null | undefined>>;
  const weights = document.weights as Readonly<Record<string, number>>;
  const model = weights.iitWeight === 0 && weights.strictWeight === 0 ? " --natural" : "";
  const id = String(document.case);
  return [
    `${style.bold(`Trained case ${id}`)}: ${ENDS[String(end)] ?? end} after ${epochs} epochs, ${steps} steps\n`,
    formatFacts(
      [
        ["accuracy", formatPercent(metrics.accuracy)],
        ["IIA", formatPercent(metrics.iia)],
        ["strict accuracy", formatPercent(metrics.strictAccuracy)],
        ["loss", metrics.loss],
        ["time", formatDuration(Number(seconds))],
        ["folder", String(folder)],
      ],
      style,
    ),
    `${style.dim("Next:")} interpbench run acdc -i ${id}${model}\n`,
  ].join("\n");
}
