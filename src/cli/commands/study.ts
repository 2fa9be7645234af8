import { z } from "zod";
import { CASE_SIZES, formatGeneratedName, MOST_CASES } from "../../cases/index.ts";
import { asUsage, flag, waitAsUsage } from "../../flags/index.ts";
import {
  contestantsOf,
  PROTOCOLS,
  type PrintedStudy,
  runStudy,
  STUDIED_ALGORITHMS,
  studyCase,
  studyRuns,
  studyText,
} from "../../jobs/index.ts";
import { MODEL_KINDS } from "../../models/index.ts";
import { seedsFrom } from "../../rng/index.ts";
import { selectCases } from "../cases/selection.ts";
import { type Context, defineCommand } from "../command.ts";
import { makeOfRuns } from "../many-runs.ts";
import { modelAdvice } from "../models/advice.ts";
import { caseOptions } from "../options/cases.ts";
import { engineOf, workOptions } from "../options/engine.ts";

const group = "Study";

const options = z.object({
  algorithms: flag(z.array(z.string()).optional(), "Algorithms, or all", {
    group,
    placeholder: "NAME,…",
    defaultText: STUDIED_ALGORITHMS.join(", "),
  }),
  models: flag(z.enum(MODEL_KINDS).default("tracr"), "Which model of each case", { group }),
  seeds: flag(z.int().min(2).max(1000).default(8), "Runs of each algorithm on each case", {
    group,
    unit: "seeds, from --seed on",
  }),
  dataSize: flag(z.int().min(2).default(32), "Pairs of inputs of a run", { group, unit: "pairs" }),
  count: flag(
    z.int().min(1).max(MOST_CASES).default(20),
    "How many fresh cases, where none are named",
    {
      group,
    },
  ),
  size: flag(z.enum(CASE_SIZES).default("small"), "How large these are", { group }),
  indices: caseOptions.indices,
  ...workOptions,
});

/** `study`: algorithms as estimators, over cases that nobody has seen. */
export const study = defineCommand({
  path: ["study"],
  summary:
    "Study algorithms as estimators over fresh cases: power, false positives, bias, coverage",
  description: [
    "Each algorithm runs several times on each case, on other data each time, so that its scores have an interval. What it estimates is known: the exact effect of every edge, measured by ablating it alone.",
    "The cases are generated:SEED/0 and on, of the seed of --seed, unless others are named (-i). Of models that are trained here (--models siit), train them first: train iit -i generated:SEED/0-19.",
    "Each run is a result of its own, made once: an interrupted study goes on. The folder holds study.md, study.csv, and figures as SVG and for Vega-Lite; docs/study.md says what the numbers mean.",
  ].join("\n\n"),
  options,
  examples: [
    { command: "study --count 5 --seeds 4", summary: "A first look" },
    {
      command: "study -i held-back --algorithms eap,eap-ig-inputs,exact",
      summary: "On a folder of cases that is kept secret",
    },
  ],
  run: runCommand,
});

async function runCommand(context: Context, choice: z.output<typeof options>) {
  const { seeds, seed, dataSize, outputDir, count, size } = choice;
  const model = { kind: choice.models };
  const contestants = await waitAsUsage(() =>
    contestantsOf(PROTOCOLS[0], choice.algorithms ?? STUDIED_ALGORITHMS),
  );
  const series = { seed: String(seed), family: { size } };
  const fresh = Array.from({ length: count }, (_, i) => formatGeneratedName(series, i));
  const selected = await selectCases(context, { indices: choice.indices ?? fresh });
  const request = {
    cases: selected.map((one) =>
      studyCase(one.case_, one.source, model, modelAdvice(context.io, model, one, outputDir)),
    ),
    contestants,
    model,
    seeds: asUsage(() => seedsFrom(seed, seeds)),
    dataSize,
  };
  const engine = engineOf(choice);
  return makeOfRuns(context, choice, {
    kind: "study",
    runs: await studyRuns(request, engine),
    make: (jobs, options) => runStudy(request, jobs, { ...options, engine }),
    text: (document, style) => studyText(document as unknown as PrintedStudy, style),
  });
}
