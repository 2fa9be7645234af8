import { z } from "zod";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { discoveryOf, measureFindings } from "../algorithm/conclude.ts";
import { option } from "../algorithm/options.ts";
import { pruneOption, selectedCircuit } from "../algorithm/selection.ts";
import { oneOrMore, PAPER_GRID, settingsOf } from "../algorithm/settings.ts";
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
  paperSweep: { option: "threshold", from: "runs" },
  scoreName: ({ threshold }) =>
    settingsOf("threshold", threshold).length > 1
      ? "smallest threshold that removes the edge"
      : "rise of the loss without the edge",
  produces: ["scores", "circuit"],
  options: z.object({
    threshold: option(
      oneOrMore(z.number()).default(0.025),
      "Remove an edge if the loss rises by less than this; several values (or paper, for the paper's 19) give a circuit each",
      {
        unit: "nats (classes) or squared output (numbers)",
        origin: "InterpBench",
        synonyms: PAPER_GRID,
      },
    ),
    ...pruneOption,
    seed: option(
      z.int().min(0).optional(),
      "Shuffle the order of the edges into each sublayer with this seed",
      { defaultText: "canonical order: later heads and sources first" },
    ),
  }),
  discover: async (task, { threshold, seed, prune }, context) => {
    const settings = settingsOf("threshold", threshold);
    const thresholds = settings.map(({ value }) => value);
    const { outcomes, scores, evaluations } = await acdcSweep(task, thresholds, context, { seed });
    const selected = outcomes.map(({ circuit, changes }, i) =>
      selectedCircuit(settings[i]!, { circuit }, changes, prune),
    );
    const measured = prune
      ? await measureFindings(task, selected, context)
      : selected.map((found, i) => ({ ...found, faithfulness: outcomes[i]!.faithfulness }));
    const findings = measured.map((found, i) => {
      const { closestDecision } = outcomes[i]!;
      return { ...found, closestDecision };
    });
    const effects = outcomes.length === 1 ? outcomes[0]!.changes : undefined;
    return discoveryOf(findings, {
      scores,
      ranking: effects ?? scores,
      effects,
      evaluations,
      backwardPasses: 0,
    });
  },
});
