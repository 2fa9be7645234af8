import * as z from "zod/mini";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskLossNeeds, taskLossOption } from "../algorithm/common-options.ts";
import { effectRanking, effectSweep, magnitudeOptions } from "../algorithm/magnitude.ts";
import { option } from "../algorithm/options.ts";
import { ignoredSwitches } from "../algorithm/original-flags.ts";
import { edgeSelection, withSelection } from "../algorithm/selection-options.ts";
import { MOST_STEPS } from "./declarations.ts";
import { CLEAN_END, INTEGRATIONS, integrationPoints } from "./interpolation.ts";

/**
 * Edge attribution patching: the first-order effect of ablating each edge on the task loss, all
 * edges at once. With `integratedGradSteps` gradients are added up along the path on which the
 * masks of all edges go from 0 to 1 together (this is not EAP-IG of Hanna et al. 2024, which moves
 * the input embeddings).
 */
export const eap = defineAlgorithm({
  name: "eap",
  title: "Edge attribution patching (EAP)",
  summary: "Estimates the effect of ablating each edge from gradients, all edges at once.",
  reference: {
    text: "Syed, Rager & Conmy 2023, Attribution Patching Outperforms Automated Circuit Discovery",
    url: "https://arxiv.org/abs/2310.10348",
  },
  maturity: { tier: "verified", verifiedOn: ["3", "4", "7", "13", "18"] },
  formula:
    "Σ ⟨P(u) − Y(u), ∂L/∂in(v)⟩ at the clean run, or added up over `integratedGradSteps` runs in which the masks of all edges go from intact to ablated",
  cost: {
    forward: "3 + N",
    backward: "N + 1",
    note: "N is `integratedGradSteps`, 0 without",
  },
  granularity: "qkv",
  needs: {
    gradients: true,
    of: taskLossNeeds,
  },
  selection: edgeSelection,
  paperSweep: effectSweep,
  ranking: effectRanking,
  advice: thresholdAdvice,
  watchable: "path",
  looksBeyondCleanRun: "integratedGradSteps",
  examples: [
    { options: { threshold: 0.01 }, summary: "All edges with a score above 0.01" },
    {
      options: { edgeCount: 4, integratedGradSteps: 5 },
      summary: "The four best edges, by integrated gradients",
    },
    {
      options: { edgeCount: [5, 10, 20], select: "greedy", prune: true },
      summary: "Circuits of several sizes, grown from the output backwards",
    },
  ],
  originalFlags: [
    ignoredSwitches(["--use-pos-embed"], "the score is the same with and without it"),
  ],
  produces: ["scores", "circuit"],
  options: withSelection({
    ...taskLossOption,
    integratedGradSteps: option(
      z.optional(z.int().check(z.gte(1), z.lte(MOST_STEPS))),
      "Add up gradients at so many steps from clean to ablated, and at the start",
      { unit: "steps", defaultText: "the gradient at the clean run alone" },
    ),
    integration: option(
      z._default(z.enum(INTEGRATIONS), "sum"),
      "How the gradients of the steps are added up",
      { origin: "InterpBench" },
    ),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { attributedEdges, maskPath } = await import("./parts.ts");
    const { integratedGradSteps: steps, integration } = options;
    const points = steps === undefined ? CLEAN_END : integrationPoints(steps, integration);
    return attributedEdges(task, options, maskPath(points), context);
  },
});
