import { z } from "zod";
import { option } from "../../discovery/index.ts";
import { EFFECT_METRICS, EFFECTS, evaluateModel } from "../../evaluation/index.ts";
import { identityOf, modelTitle } from "../../models/index.ts";
import { formatCsv } from "../../report/index.ts";
import { Key } from "../../rng/index.ts";
import { defineKind } from "../kind.ts";
import { subjectOfCase } from "../subject.ts";
import { caseMembers } from "./case-members.ts";
import { drawEffects, effectColumns, effectRow } from "./effects-table.ts";
import {
  evaluationTask,
  hasAllInputs,
  INTERVAL_TEXT,
  MOST_INPUTS,
  percentLine,
} from "./evaluation-task.ts";

/** Pairs of inputs that fit into memory. */
const MOST_PAIRS = 400_000_000;

/**
 * Options of measuring effects that users choose. Defaults are those of InterpBench (Python), but that
 * it always takes every pair of inputs, which is 324 million for most cases.
 */
export const nodeEffectOptions = {
  categoricalMetric: option(
    z.enum(EFFECT_METRICS).default("accuracy"),
    "How a resample effect is measured in cases with classes",
  ),
  maxLen: option(z.int().min(2).max(MOST_INPUTS).default(18_000), "Inputs, at most", {
    unit: "inputs",
  }),
  maxPairs: option(
    z.int().min(1).max(MOST_PAIRS).default(65_536),
    "Pairs of inputs, at most; drawn at random if there are more. Mean and zero ablation take no more inputs than that",
    { unit: "pairs", defaultText: "65536 pairs: every pair of 256 inputs" },
  ),
  compat: option(
    z.boolean().default(false),
    "Count the first position (BOS) of numbers under mean and zero ablation, as the original does",
  ),
};

const config = z.strictObject({
  /** How nodes are put out of action. */
  ablations: z
    .array(z.enum(EFFECTS))
    .min(1)
    .default([...EFFECTS]),
  ...nodeEffectOptions,
  seed: z.int().min(0).default(1234),
});

/** Measuring what ablating each node of a model changes. */
export const nodeEffectsKind = defineKind({
  name: "eval-iit",
  title: "eval iit",
  config,
  async prepare({ subject, config: { categoricalMetric, ...settings } }, context) {
    const { case_, model } = await subjectOfCase(subject, context);
    const { ablations, maxLen, maxPairs, compat, seed } = settings;
    const metric = case_.categorical ? categoricalMetric : "accuracy";
    const key = Key.fromSeed(seed).fold("evaluation");
    return {
      case: case_.id,
      config: {
        ...settings,
        metric,
        model: { name: model.storedName, sha256: model.sha256 },
        case: identityOf(case_),
      },
      parents: model.parents,
      seeds: { seed },
      run: (job) =>
        job.withBackend(async (backend) => {
          const tell = percentLine(job);
          const { signal } = job;
          const task = await evaluationTask(case_, model, { key, size: maxLen, signal });
          const { effects, accuracies } = await evaluateModel(model.transformer, task, {
            backend,
            ablations,
            metric,
            pairBudget: maxPairs,
            inputBudget: Math.min(maxLen, maxPairs),
            key,
            compat,
            signal,
            onProgress: tell,
          });
          tell(1);
          const { accuracy, iia, strictAccuracy, jointStrictAccuracy } = accuracies;
          const isExhaustive = hasAllInputs(case_, maxLen);
          const rows = effects.rows.map((row) => effectRow(row, effects, isExhaustive));
          const facts = { ...caseMembers(case_), model: model.storedName };
          job.draft.write("node-effects.csv", formatCsv(effectColumns(ablations), rows));
          const title = `What ablating each node of ${modelTitle(facts)} changes, by ${metric}`;
          job.draft.write("node-effects.svg", drawEffects(rows, ablations, title));
          return {
            ...facts,
            metric,
            accuracies: { accuracy, iia, strictAccuracy, jointStrictAccuracy },
            pairs: effects.pairCount,
            inputs: effects.inputCount,
            exhaustive: isExhaustive && effects.isComplete.pairs && effects.isComplete.inputs,
            interval: INTERVAL_TEXT,
            rows,
          };
        }),
    };
  },
});
