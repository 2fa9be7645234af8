import * as z from "zod/mini";
import { sweepFindings } from "../acdc/findings.ts";
import { removalRanking, removalThreshold, sweepExamples } from "../acdc/options.ts";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { runOptions, seedOption } from "../algorithm/common-options.ts";
import { option } from "../algorithm/options.ts";
import { ignoredFlags, ignoredSwitches, refusedFlags } from "../algorithm/original-flags.ts";
import { pruneOption } from "../algorithm/prune-option.ts";
import { settingsOf } from "../algorithm/settings.ts";
import { runsSweep } from "../algorithm/sweep.ts";
import { ORDER_MODES } from "./order-mode.ts";

/** The documented spelling, which the original does not know. */
const SHUFFLE = { shuffle: "random" };

/**
 * ACDC as in the code of its authors (`TLACDCExperiment`): another order than {@link acdc}, queries, keys
 * and values that can lose all their edges at once, and divergences averaged over classes, too. Edges are
 * those of all algorithms.
 */
export const legacyAcdc = defineAlgorithm({
  name: "legacy_acdc",
  title: "ACDC in the code of its authors",
  summary:
    "Removes whole query, key and value inputs, then edges one by one, by a metric that is averaged over classes, too.",
  reference: {
    text: "Conmy et al. 2023, Towards Automated Circuit Discovery for Mechanistic Interpretability",
    url: "https://arxiv.org/abs/2304.14997",
  },
  maturity: { tier: "experimental", verifiedOn: [] },
  formula:
    "As `acdc`, with d summed over positions and averaged over classes; a head's whole query, key or value input is tried before its edges.",
  cost: {
    forward: "2 + E + 3·H",
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
    ...sweepExamples,
  ],
  originalFlags: [
    ignoredFlags(["--first-cache-cpu", "--second-cache-cpu"], "everything is in one memory"),
    ignoredSwitches(["--next-token"], "the original ignores it too"),
    refusedFlags(["--max-num-epochs"], true, "Circuits of half a search are not offered."),
    refusedFlags(["--single-step"], false, "Circuits of half a search are not offered."),
    refusedFlags(["--zero-ablation"], false, "Say --ablation zero instead."),
  ],
  produces: ["scores", "circuit"],
  options: z.object({
    threshold: removalThreshold("nats per class (classes) or squared output (numbers)"),
    absValueThreshold: option(
      z._default(z.boolean(), false),
      "Compare the size of a change with the threshold: an edge that does harm is kept, too",
      { origin: "ACDC" },
    ),
    namesMode: option(
      z._default(z.enum(ORDER_MODES), "normal"),
      "Order in which the sublayers that write are tested: the latest first, the first first, or any",
      { origin: "ACDC", synonyms: SHUFFLE },
    ),
    indicesMode: option(
      z._default(z.enum(ORDER_MODES), "normal"),
      "Order in which the heads of a sublayer are tested: the last first, the first first, or any",
      { origin: "ACDC", synonyms: SHUFFLE },
    ),
    separateEmbeddings: option(
      z._default(z.boolean(), false),
      "Test token and position embeddings by themselves; the corrupted run has its positions permuted",
      { origin: "ACDC", aliases: ["--use-pos-embed"] },
    ),
    ...runOptions,
    ...pruneOption,
    ...seedOption("Seed of random orders"),
  }),
  discover: async (task, options, context) => {
    const { threshold, absValueThreshold, ablation, prune, ...order } = options;
    const settings = settingsOf("threshold", threshold);
    const thresholds = settings.map(({ value }) => value);
    const { legacyAcdcSweep } = await import("./sweep.ts");
    const sweep = await legacyAcdcSweep(task, thresholds, context, {
      ...order,
      absolute: absValueThreshold,
      ablation,
    });
    return sweepFindings(task, settings, sweep, { prune, ablation }, context);
  },
});
