import {
  circuitBetween,
  componentScores,
  components,
  formatNode,
  fullGraph,
  graphCircuit,
} from "../circuit/index.ts";
import {
  circuitFaithfulnesses,
  concludeDiscovery,
  defineAlgorithm,
  effectRanking,
  magnitudeOptions,
  magnitudes,
  nodeCircuitSelector,
  nodeSelection,
  thresholdAdvice,
  withNodeSelection,
} from "./index.ts";

/** A ranking of nodes: how far the output moves without a head or MLP. */
export const lesion = defineAlgorithm({
  name: "lesion",
  title: "Lesions",
  summary: "Measures the effect of ablating each head and MLP alone.",
  reference: undefined,
  maturity: { tier: "experimental", verifiedOn: [] },
  granularity: "head",
  ranks: "nodes",
  ranking: effectRanking,
  selection: nodeSelection,
  advice: thresholdAdvice,
  produces: ["scores", "circuit"],
  options: withNodeSelection(magnitudeOptions),
  discover: async (task, options, context) => {
    const graph = fullGraph(task.transformer.config);
    const select = nodeCircuitSelector(graph, options);
    const { ablation } = options;
    const names = components(graph).map(formatNode);
    const lesions = names.map((lost) => {
      return circuitBetween(new Set(names.filter((name) => name !== lost)), graphCircuit(graph));
    });
    const effects = await circuitFaithfulnesses(task, lesions, context, { ablation });
    const found = {
      scores: componentScores(graph, magnitudes(Float64Array.from(effects), options)),
      effects: componentScores(graph, effects),
      evaluations: names.length,
      backwardPasses: 0,
      select,
      ablation,
    };
    return concludeDiscovery(task, found, context);
  },
});
