import * as z from "zod/mini";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { runOptions } from "../algorithm/common-options.ts";
import { option } from "../algorithm/options.ts";
import { ignoredFlags, ignoredSwitches } from "../algorithm/original-flags.ts";
import { pruneOption } from "../algorithm/prune-option.ts";
import { settingsOf } from "../algorithm/settings.ts";
import { runsSweep } from "../algorithm/sweep.ts";
import { sweepFindings } from "./findings.ts";
import { removalRanking, removalThreshold, sweepExamples } from "./options.ts";

/**
 * Automatic circuit discovery: removes edge after edge, from the output backwards, as long as the
 * output stays close to the transformer's own. Scores are the threshold for removed edges and ∞ for
 * kept ones; {@link acdcSweep} makes finer scores from many thresholds.
 */
export const acdc = defineAlgorithm({
  name: "acdc",
  title: "Automatic circuit discovery (ACDC)",
  summary:
    "Removes edges one by one, from the output backwards, if that changes the output by less than a threshold.",
  reference: {
    text: "Conmy et al. 2023, Towards Automated Circuit Discovery for Mechanistic Interpretability",
    url: "https://arxiv.org/abs/2304.14997",
  },
  maturity: { tier: "verified", verifiedOn: ["3", "4", "7", "13", "18"] },
  formula:
    "d(circuit without the edge) − d(circuit), d the distance from the whole transformer; an edge goes where that is below `threshold`. The score is the smallest threshold that removes it",
  cost: {
    forward: "2 + E",
    backward: "0",
    note: "A run computes what the edge can change; for each threshold",
  },
  granularity: "qkv",
  needs: { of: ({ ablation }) => ({ ablation: chosenAblation(ablation) }) },
  paperSweep: runsSweep("threshold"),
  ranking: removalRanking,
  advice: thresholdAdvice,
  examples: [
    { options: { threshold: 0.025 }, summary: "The model trained for case 3" },
    {
      case: "7",
      compiled: true,
      options: { threshold: 0.025 },
      summary: "A compiled transformer",
    },
    ...sweepExamples,
  ],
  originalFlags: [
    ignoredFlags(
      [
        "--indices-mode",
        "--names-mode",
        "--max-num-epochs",
        "--first-cache-cpu",
        "--second-cache-cpu",
      ],
      "the original ignores it too",
    ),
    ignoredSwitches(
      [
        "--single-step",
        "--abs-value-threshold",
        "--zero-ablation",
        "--next-token",
        "--use-pos-embed",
      ],
      "the original ignores it too",
    ),
  ],
  produces: ["scores", "circuit"],
  options: z.object({
    threshold: removalThreshold("nats (classes) or squared output (numbers)"),
    ...runOptions,
    ...pruneOption,
    seed: option(
      z.optional(z.int().check(z.gte(0))),
      "Shuffle the order of the edges into each sublayer with this seed",
      { defaultText: "canonical order: later heads and sources first", flagName: "shuffleSeed" },
    ),
  }),
  discover: async (task, { threshold, ablation, seed, prune }, context) => {
    const settings = settingsOf("threshold", threshold);
    const thresholds = settings.map(({ value }) => value);
    const { acdcSweep } = await import("./sweep.ts");
    const sweep = await acdcSweep(task, thresholds, context, { seed, ablation });
    return sweepFindings(task, settings, sweep, { prune, ablation }, context);
  },
});
