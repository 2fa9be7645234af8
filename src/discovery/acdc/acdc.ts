import { z } from "zod";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { option } from "../algorithm/options.ts";
import { acdcSweep } from "./sweep.ts";

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
  granularity: "qkv",
  produces: ["scores", "circuit"],
  options: z.object({
    threshold: option(
      z.number().default(0.025),
      "Remove an edge if the loss rises by less than this",
      { unit: "nats (classes) or squared output (numbers)", origin: "InterpBench" },
    ),
    seed: option(
      z.int().min(0).optional(),
      "Shuffle the order of the edges into each sublayer with this seed",
      { defaultText: "canonical order: later heads and sources first" },
    ),
  }),
  discover: async (task, { threshold, seed }, context) => {
    const { outcomes, scores, evaluations } = await acdcSweep(task, [threshold], context, { seed });
    const { circuit, changes, faithfulness, closestDecision } = outcomes[0]!;
    return {
      circuit,
      scores,
      effects: changes,
      diagnostics: { evaluations, backwardPasses: 0, faithfulness, closestDecision },
    };
  },
});
