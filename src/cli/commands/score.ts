import { z } from "zod";
import { amendFlag, asUsage, flag, grouped } from "../../flags/index.ts";
import { scoreOptions, scoreText } from "../../jobs/index.ts";
import {
  type GivenRanking,
  type ModelSource,
  OWN,
  readRankings,
  readTruths,
  sourceOfRanking,
} from "../../models/index.ts";
import type { SelectedCase } from "../cases/selection.ts";
import { type Context, defineCommand } from "../command.ts";
import { commandJobs } from "../job-context.ts";
import { runJobs } from "../jobs.ts";
import { modelAdvice } from "../models/advice.ts";
import { selectSubjects, shownModel } from "../models/subjects.ts";
import { caseOptions, shapeOption } from "../options/cases.ts";
import { discoveryFlags } from "../options/discovery.ts";
import { engineOf, workOptions } from "../options/engine.ts";
import { chosenModel, isModelChosen, modelOptions } from "../options/model.ts";
import { readPrompts } from "../read-prompts.ts";

const group = "Score";

const options = z.object({
  rankings: z
    .array(z.string().min(1))
    .min(1)
    .describe("Results of run, or circuit files, ours or of EAP-IG and MIB"),
  truth: flag(
    z.array(z.string().min(1)).optional(),
    "What to score against: constructed, effective (what an audit found the model to use), another truth of the case, or a file with a circuit or an audit",
    { group, placeholder: "NAME,FILE,…", defaultText: "all that are known" },
  ),
  signed: flag(
    z.boolean().default(false),
    "Scores of circuit files rank by their value, and not by their size",
    { group },
  ),
  withoutCurve: flag(z.boolean().default(false), "Leave out how faithful circuits are", { group }),
  ...grouped(group, scoreOptions),
  ...discoveryFlags,
  ...shapeOption,
  indices: amendFlag(caseOptions.indices, {
    isArgumentToo: false,
    placeholder: "3",
    defaultText: "that of the result, or of the model's folder",
  }),
  ...modelOptions,
  ...workOptions,
});

type Choice = z.output<typeof options>;

/** `score`: rankings that are there, compared with the truth. */
export const score = defineCommand({
  path: ["score"],
  summary: "Score rankings and circuits, found here or elsewhere, against what is true of a model",
  description: [
    "Against each truth: counts, rates and the structural Hamming distance of circuits; AUROC and average precision of edges, with queries, keys and values merged or apart, and of nodes; the AUROCs of the InterpBench paper and of MIB, on its own scale; each beside its baselines. Where there is a model: how faithful the circuits of every ranking are at ten sizes, with CPR, CMD and acc-AUC, and intervals over the rows of the data.",
    "A result of run says its model, data and seed, a circuit file does not: name its case or model. Several rankings stand in one table if they are of one model, data and seed. The folder holds scores.csv and the curves as SVG and for Vega-Lite; docs/score.md says what the numbers mean.",
  ].join("\n\n"),
  arguments: ["rankings"],
  options,
  examples: [
    { command: "score results/run-eap/3/0123456789ab", summary: "A result, on the model it is of" },
    {
      command: "score circuit.json -i 3 --model zoo --truth effective",
      summary: "A circuit of one's own, against what the zoo's model uses",
    },
  ],
  run: runCommand,
});

async function runCommand(context: Context, choice: Choice) {
  const { cwd } = context.io;
  const { outputDir, truth, ablation, corruption, data, title } = choice;
  const { signed } = choice;
  const rankings = asUsage(() => readRankings(choice.rankings, cwd, { signed }));
  const truths = truth && asUsage(() => readTruths(truth, cwd));
  const made = rankings.find((ranking) => ranking.made !== undefined)?.made;
  const { store } = commandJobs(context, outputDir);
  const source = isModelChosen(choice)
    ? chosenModel(choice, cwd)
    : (sourceOfRanking(made, store, cwd) ??
      (choice.indices === undefined ? undefined : chosenModel(choice, cwd)));
  const selected = source && (await subjectOf(context, choice, source, made));
  const content = data === undefined ? undefined : readPrompts(data, cwd);
  const plan = {
    kind: "score",
    subject: {
      ...(source === undefined ? {} : { model: source }),
      ...(selected === undefined ? {} : { case: selected.source }),
      ...(content === undefined ? {} : { prompts: { file: data!, content } }),
      ...(source && { advice: modelAdvice(context.io, source, selected, outputDir) }),
    },
    config: {
      rankings,
      ...(truths === undefined ? {} : { truths }),
      curve: !choice.withoutCurve,
      ablation,
      dataSize: choice.dataSize,
      ...(corruption === undefined ? {} : { corruption }),
      seed: choice.seed,
    },
    engine: engineOf(choice),
  };
  const shown = source === undefined ? {} : shownModel(source, title);
  const jobs = [{ case: selected?.case_.id ?? made?.case ?? OWN, plan, shown }];
  return runJobs(context, choice, { kind: "score", jobs, text: scoreText });
}

/** The case of the model: the one that is named, or else that of the result; none for prompts alone. */
async function subjectOf(
  context: Context,
  { indices, shape, data }: Choice,
  source: ModelSource,
  made: GivenRanking["made"],
): Promise<SelectedCase | undefined> {
  const named = indices ?? (made === undefined || made.case === OWN ? undefined : [made.case]);
  if (named === undefined && data !== undefined) return undefined;
  const [selected] = await selectSubjects(context, source, { indices: named, shape });
  return selected;
}
