import * as z from "zod/mini";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { discoveryParts, measureFindings } from "../algorithm/conclude.ts";
import { option } from "../algorithm/options.ts";
import { ignoredFlags, ignoredSwitches, refusedFlags } from "../algorithm/original-flags.ts";
import { pruneOption } from "../algorithm/prune-option.ts";
import { selectedCircuit } from "../algorithm/selected-circuit.ts";
import { oneOrMore, PAPER_GRID, settingsOf } from "../algorithm/settings.ts";
import { runsSweep } from "../algorithm/sweep.ts";
import { defaultMetric, objectiveAnswers } from "../masks/objective.ts";
import { probingOptions } from "./options.ts";

/**
 * Subnetwork probing: trains a mask for every node, or every edge, to keep the output right with as
 * few of them as possible. Scores are the probabilities that the masks are above ½;
 * {@link probingSweep} makes finer ones from many λ.
 */
export const sp = defineAlgorithm({
  name: "sp",
  title: "Subnetwork probing (SP)",
  summary:
    "Trains a mask on every node, or every edge, that keeps the output right with few of them.",
  reference: {
    text: "Cao, Sanh & Rush 2021, Low-Complexity Probing via Finding Subnetworks",
    url: "https://arxiv.org/abs/2104.03514",
  },
  maturity: { tier: "experimental", verifiedOn: [] },
  formula:
    "P(m > ½) of a hard-concrete mask m on every node or edge, trained for the distance from the target + `lambdaReg` · the share of masks that are not 0",
  cost: {
    forward: "2 + `epochs`",
    backward: "`epochs`",
    note: "For each value of `lambdaReg`",
  },
  granularity: "qkv",
  needs: {
    gradients: true,
    of: ({ target, metric, ablation }, task) => ({
      answers: objectiveAnswers(task, { target, metric: metric ?? defaultMetric(task) }),
      ablation: chosenAblation(ablation),
    }),
  },
  watchable: "masks",
  paperSweep: runsSweep("lambdaReg"),
  ranking: ({ lambdaReg }) => ({
    name:
      settingsOf("lambdaReg", lambdaReg).length > 1
        ? "mean probability that the mask is above ½"
        : "probability that the mask is above ½",
  }),
  advice: ({ kept, selection: { smallest, largest }, format }) =>
    kept === "nothing"
      ? `Nothing is kept: the largest probability of an edge is ${format(largest)}, and ½ is needed. A smaller \`lambdaReg\` keeps more.`
      : `Everything is kept: the smallest probability of an edge is ${format(smallest)}. A larger \`lambdaReg\`, or more \`epochs\`, removes more.`,
  examples: [
    { options: { lambdaReg: 1 }, summary: "A mask on every node" },
    { options: { edgewise: true, epochs: 1000 }, summary: "A mask on every edge" },
  ],
  originalNames: { edge_sp: { edgewise: true }, node_sp: { edgewise: false } },
  originalFlags: [
    ignoredFlags(
      ["--num-examples", "--seq-len", "--reset-subject"],
      "the original makes no use of it either",
    ),
    ignoredFlags(
      ["--atol", "--n-loss-average-runs", "--print-stats", "--print-every", "--verbose"],
      "it only changes what the original reports, not what it finds",
    ),
    ignoredSwitches(["--use-pos-embed"], "token and position embeddings are one node"),
    refusedFlags(["--zero-ablation"], true, "Say --ablation zero instead."),
  ],
  produces: ["scores", "circuit"],
  options: z.object({
    lambdaReg: option(
      z._default(oneOrMore(z.number().check(z.gte(0)), "one or more numbers of at least 0"), 1),
      "Weight (λ) of the share of masks that are not 0, beside the distance from the target; several values (or paper, for the paper's 19) give a circuit each",
      { origin: "InterpBench", synonyms: PAPER_GRID, label: "λ" },
    ),
    ...pruneOption,
    ...probingOptions.shape,
  }),
  discover: async (task, { lambdaReg, prune, ...options }, context) => {
    const settings = settingsOf("lambdaReg", lambdaReg);
    const lambdas = settings.map(({ value }) => value);
    const { probingSweep } = await import("./sweep.ts");
    const sweep = await probingSweep(task, lambdas, context, options);
    const { outcomes, scores, evaluations, backwardPasses } = sweep;
    const selected = outcomes.map((outcome, i) =>
      selectedCircuit(settings[i]!, { circuit: outcome.circuit }, outcome.scores, prune),
    );
    const findings = await measureFindings(task, selected, context, { ablation: options.ablation });
    return discoveryParts(findings, { scores, effects: undefined, evaluations, backwardPasses });
  },
});
