import {
  circuitBetween,
  componentScores,
  components,
  formatNode,
  fullGraph,
  graphCircuit,
} from "../circuit/index.ts";
import { pace, withScope } from "../interventions/index.ts";
import { type AblationChoice, chosenAblation } from "./algorithm/ablation-option.ts";
import { thresholdAdvice } from "./algorithm/advice.ts";
import { defineAlgorithm } from "./algorithm/algorithm.ts";
import { anyLossOption } from "./algorithm/common-options.ts";
import { concludeDiscovery } from "./algorithm/conclude.ts";
import type { DiscoveryContext } from "./algorithm/context.ts";
import { effectRanking, magnitudeOptions, magnitudes } from "./algorithm/magnitude.ts";
import { nodeCircuitSelector } from "./algorithm/selection.ts";
import { nodeSelection, withNodeSelection } from "./algorithm/selection-options.ts";
import { prepareFaithfulness } from "./run/faithfulness.ts";
import type { LossName } from "./task/losses.ts";
import type { DiscoveryTask } from "./task/task.ts";

/**
 * The effect of ablating each head and MLP alone, by all edges out of it, `[component]` in the order of
 * `components`: `loss(only those ablated) − loss(clean)`. One run per component.
 */
export async function measureNodes(
  task: DiscoveryTask,
  loss: LossName,
  context: DiscoveryContext,
  ablation?: AblationChoice,
): Promise<Float64Array> {
  const graph = fullGraph(task.transformer.config);
  const whole = graphCircuit(graph);
  const names = components(graph).map(formatNode);
  const tick = pace(context, "nodes");
  const effects = new Float64Array(names.length);
  await withScope(context.backend, async (scope) => {
    const { of } = prepareFaithfulness(scope, task, { loss, ablation });
    const clean = of(whole);
    for (const [done, lost] of names.entries()) {
      await tick(done, names.length);
      const kept = new Set(names.filter((name) => name !== lost));
      effects[done] = of(circuitBetween(kept, whole)) - clean;
    }
  });
  await tick(names.length, names.length);
  return effects;
}

/** Exact node patching: ablates every head and MLP by itself and measures the loss. */
export const exactNodes = defineAlgorithm({
  name: "exact_nodes",
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
