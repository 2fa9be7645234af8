import { z } from "zod";
import { type Case, caseTask, generateData } from "../../../cases/index.ts";
import { printable } from "../../../errors/index.ts";
import {
  EFFECTS,
  type EffectName,
  evaluateModel,
  type NodeEffects,
  selfTask,
} from "../../../evaluation/index.ts";
import type { JobPlan, JsonDocument } from "../../../jobs/index.ts";
import {
  type FoundModel,
  formatModel,
  hashOfCase,
  modelTitle,
  type TitledDocument,
} from "../../../models/index.ts";
import {
  type Column,
  formatCsv,
  formatFacts,
  formatPercent,
  formatTable,
  type Style,
} from "../../../report/index.ts";
import { Key } from "../../../rng/index.ts";
import type { TrainingTask } from "../../../training/index.ts";
import { namesProgramFile, warnOfCase } from "../../cases/selection.ts";
import { defineCommand } from "../../command.ts";
import { runJobs } from "../../jobs.ts";
import { openModel, subjectContext } from "../../models/open.ts";
import { selectSubjects } from "../../models/subjects.ts";
import { caseOptions } from "../../options/cases.ts";
import { jobOptions } from "../../options/common.ts";
import { engineOptions } from "../../options/engine.ts";
import { nodeEffectOptions } from "../../options/evaluation.ts";
import { modelOptions, offeredModel } from "../../options/model.ts";
import {
  retiredEvaluationFlags,
  retiredEverywhere,
  retiredModelFlags,
} from "../../options/original.ts";

const options = z.object({
  ...caseOptions,
  ...modelOptions,
  ...nodeEffectOptions,
  ...jobOptions,
  ...engineOptions,
});

type Choice = z.output<typeof options>;

/** `eval iit`: what every node of a trained model does, whether it should or not. */
export const evalIit = defineCommand({
  path: ["eval", "iit"],
  summary: "Measure what ablating each node of a model changes",
  description: [
    "Every head and MLP is put out of action: by its value on another input (resample), by its mean, by zero. Resample effects count the outputs that change where they should not have to; mean and zero effects the right outputs that become wrong. In a well-trained model, nodes outside the circuit have a resample effect of about 0, and those in it of about 1.",
    "The folder holds node-effects.csv and result.json.",
  ].join("\n\n"),
  options,
  retired: [...retiredEverywhere, ...retiredModelFlags, ...retiredEvaluationFlags],
  examples: [
    { command: "eval iit -i 3", summary: "The model trained for case 3" },
    { command: "eval iit -i 3 --tracr", summary: "The compiled transformer: all effects 0 or 1" },
    { command: "eval iit -i 3 -m 0", summary: "Resample and zero ablation only" },
  ],
  isolate: ({ indices }) => namesProgramFile(indices),
  async run(context, choice) {
    const source = offeredModel(choice, context.io.cwd);
    const cases = await selectSubjects(context, source, choice.indices);
    const around = subjectContext(context, choice.outputDir, cases);
    const { title } = choice;
    const jobs = cases.map(({ case_ }) => ({
      case: case_.id,
      plan: async () => {
        await warnOfCase(context, case_);
        return effectsPlan(openModel(context, around, source, case_), case_, choice);
      },
      shown: { model: formatModel(source), ...(title === undefined ? {} : { title }) },
    }));
    return runJobs(context, choice, {
      kind: "eval-iit",
      jobs,
      context: around,
      text: resultText,
    });
  },
});

function effectsPlan(model: FoundModel, case_: Case, choice: Choice): JobPlan {
  const { seed, mean, maxLen, maxPairs, compat } = choice;
  const ablations = EFFECTS.filter((name) => isWanted(name, mean));
  const metric = case_.categorical ? choice.categoricalMetric : "accuracy";
  return {
    config: {
      ablations,
      metric,
      maxLen,
      maxPairs,
      compat,
      seed,
      model: { name: model.storedName, sha256: model.sha256 },
      case: { sha256: hashOfCase(case_) },
    },
    parents: model.parents,
    seeds: { seed },
    engine: choice,
    run: (job) =>
      job.withBackend(async (backend) => {
        const task = evaluationTask(case_, model, choice);
        const line = job.begin("%", 100);
        const { effects, accuracies } = await evaluateModel(model.transformer, task, {
          backend,
          ablations,
          metric,
          pairBudget: maxPairs,
          inputBudget: maxLen,
          key: keyOf(choice),
          compat,
          signal: job.signal,
          onProgress: (share) => line.update(Math.floor(100 * share)),
        });
        line.update(100);
        const { accuracy, iia, strictAccuracy } = accuracies;
        const rows = effects.rows.map(effectRow);
        const columns = COLUMNS.filter(({ ablation }) => isColumn(ablation, ablations));
        job.draft.write("node-effects.csv", formatCsv(columns, rows));
        return {
          case: case_.id,
          model: model.storedName,
          metric,
          accuracies: { accuracy, iia, strictAccuracy },
          pairs: effects.pairCount,
          inputs: effects.inputCount,
          rows,
        };
      }),
  };
}

const isWanted = (ablation: EffectName, mean: boolean | undefined) =>
  ablation === "resample" || mean === undefined || mean === (ablation === "mean");

const isColumn = (ablation: EffectName | undefined, measured: readonly EffectName[]) =>
  ablation === undefined || measured.includes(ablation);

const keyOf = ({ seed }: Choice) => Key.fromSeed(seed).fold("evaluation");

/** The task a model is measured on, with inputs of the case. */
function evaluationTask(case_: Case, model: FoundModel, choice: Choice): TrainingTask {
  const data = generateData(case_, { key: keyOf(choice), size: choice.maxLen });
  const { tokens, multiplicity, positions } = data;
  const task = {
    ...caseTask(case_, { sameSize: model.sameSize }),
    tokens,
    multiplicity,
    positions,
  };
  return model.origin.kind === "compiled" ? selfTask(task, model.transformer) : task;
}

/** A line of the table of effects, as the original names its columns. */
interface EffectRow {
  readonly node: string;
  readonly hook: string;
  readonly head: number | null;
  readonly status: string;
  readonly resampleAblateEffect?: number | undefined;
  readonly meanAblateEffect?: number | undefined;
  readonly zeroAblateEffect?: number | undefined;
}

function effectRow({ node, text, status, ...effects }: NodeEffects["rows"][number]): EffectRow {
  return {
    node: text,
    hook: node.hook,
    head: node.head,
    status,
    ...("resample" in effects ? { resampleAblateEffect: effects.resample } : {}),
    ...("mean" in effects ? { meanAblateEffect: effects.mean } : {}),
    ...("zero" in effects ? { zeroAblateEffect: effects.zero } : {}),
  };
}

const COLUMNS: readonly (Column<EffectRow> & { readonly ablation?: EffectName })[] = [
  { heading: "node", value: ({ node }) => node },
  { heading: "status", value: ({ status }) => status },
  {
    heading: "resample_ablate_effect",
    value: (row) => row.resampleAblateEffect,
    ablation: "resample",
  },
  { heading: "mean_ablate_effect", value: (row) => row.meanAblateEffect, ablation: "mean" },
  { heading: "zero_ablate_effect", value: (row) => row.zeroAblateEffect, ablation: "zero" },
];

function resultText(document: JsonDocument, style: Style): string {
  const rows = document.rows as readonly EffectRow[];
  const measured = EFFECTS.filter((name) => `${name}AblateEffect` in (rows[0] ?? {}));
  const columns = COLUMNS.filter(({ ablation }) => isColumn(ablation, measured)).map((column) => ({
    ...column,
    heading: column.ablation ?? column.heading,
  }));
  const accuracies = document.accuracies as Readonly<Record<string, number | null>>;
  const { metric, pairs, inputs, folder } = document;
  const title = modelTitle(document as unknown as TitledDocument);
  return [
    `${style.bold(`What ablating each node of ${title} changes`)}, by ${metric}\n`,
    formatTable(columns, rows, style),
    formatFacts(
      [
        ["accuracy", formatPercent(accuracies.accuracy)],
        ["IIA", formatPercent(accuracies.iia)],
        ["strict accuracy", formatPercent(accuracies.strictAccuracy)],
      ],
      style,
    ),
    `${style.dim(`${pairs} pairs, ${inputs} inputs; see ${printable(String(folder))}`)}\n`,
  ].join("\n");
}
