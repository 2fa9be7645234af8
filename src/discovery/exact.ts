import { fullGraph } from "../circuit/index.ts";
import { chosenAblation } from "./algorithm/ablation-option.ts";
import { thresholdAdvice } from "./algorithm/advice.ts";
import { defineAlgorithm } from "./algorithm/algorithm.ts";
import { anyLossOption } from "./algorithm/common-options.ts";
import { concludeDiscovery } from "./algorithm/conclude.ts";
import {
  effectRanking,
  effectSweep,
  magnitudeOptions,
  scoresOfEffects,
} from "./algorithm/magnitude.ts";
import { edgeScores } from "./algorithm/scores.ts";
import { circuitSelector } from "./algorithm/selection.ts";
import { edgeSelection, withSelection } from "./algorithm/selection-options.ts";

/**
 * Exact edge patching: ablates every edge by itself and measures the loss. What EAP estimates, at
 * the price of one run per edge; interactions between edges are not seen.
 */
export const exact = defineAlgorithm({
  name: "exact",
  title: "Exact edge patching",
  summary: "Measures the effect of ablating each edge alone, one run per edge.",
  reference: {
    text: "Hanna, Pezzelle & Belinkov 2024, Have Faith in Faithfulness (activation patching of edges)",
    url: "https://arxiv.org/abs/2403.17806",
  },
  maturity: { tier: "verified", verifiedOn: ["3", "4", "7", "13", "18"] },
  formula: "L(u → v alone ablated) − L(clean)",
  cost: {
    forward: "2 + E",
    backward: "0",
    note: "A run computes what the edge can change",
  },
  granularity: "qkv",
  needs: { of: ({ loss, ablation }) => ({ loss, ablation: chosenAblation(ablation) }) },
  selection: edgeSelection,
  paperSweep: effectSweep,
  ranking: effectRanking,
  advice: thresholdAdvice,
  looksBeyondCleanRun: true,
  examples: [{ options: { edgeCount: 4 }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: withSelection({
    ...anyLossOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const graph = fullGraph(task.transformer.config);
    const select = circuitSelector(graph, options);
    const { measureEdges } = await import("./measure-edges.ts");
    const effects = await measureEdges(task, options.loss, context, options.ablation);
    const found = {
      scores: scoresOfEffects(graph, effects, options),
      effects: edgeScores(graph, effects),
      evaluations: effects.length,
      backwardPasses: 0,
      select,
      ablation: options.ablation,
    };
    return concludeDiscovery(task, found, context);
  },
});
