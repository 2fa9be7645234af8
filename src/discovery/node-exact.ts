import { componentScores, fullGraph } from "../circuit/index.ts";
import { chosenAblation } from "./algorithm/ablation-option.ts";
import { thresholdAdvice } from "./algorithm/advice.ts";
import { defineAlgorithm } from "./algorithm/algorithm.ts";
import { anyLossOption } from "./algorithm/common-options.ts";
import { concludeDiscovery } from "./algorithm/conclude.ts";
import { effectRanking, magnitudeOptions, magnitudes } from "./algorithm/magnitude.ts";
import { nodeCircuitSelector } from "./algorithm/selection.ts";
import { nodeSelection, withNodeSelection } from "./algorithm/selection-options.ts";

/** Exact node patching: ablates every head and MLP by itself and measures the loss. */
export const nodeExact = defineAlgorithm({
  name: "node-exact",
  title: "Exact node patching",
  summary: "Measures the effect of ablating each head and MLP alone, one run per node.",
  reference: {
    text: "Hanna, Pezzelle & Belinkov 2024, Have Faith in Faithfulness (activation patching of nodes)",
    url: "https://arxiv.org/abs/2403.17806",
  },
  maturity: { tier: "experimental", verifiedOn: [] },
  formula: "L(all edges out of u ablated) − L(clean)",
  cost: { forward: "3 + H + B", backward: "0" },
  granularity: "head",
  ranks: "nodes",
  needs: { of: ({ loss, ablation }) => ({ loss, ablation: chosenAblation(ablation) }) },
  selection: nodeSelection,
  ranking: effectRanking,
  advice: thresholdAdvice,
  looksBeyondCleanRun: true,
  examples: [{ options: { nodeCount: 2 }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: withNodeSelection({
    ...anyLossOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const graph = fullGraph(task.transformer.config);
    const select = nodeCircuitSelector(graph, options);
    const { loss, ablation } = options;
    const { measureNodes } = await import("./measure-nodes.ts");
    const effects = await measureNodes(task, loss, context, ablation);
    const found = {
      scores: componentScores(graph, magnitudes(effects, options)),
      effects: componentScores(graph, effects),
      evaluations: effects.length + 1,
      backwardPasses: 0,
      select,
      ablation,
    };
    return concludeDiscovery(task, found, context);
  },
});
