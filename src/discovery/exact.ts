import * as z from "zod/mini";
import { acdcOrder, fullGraph } from "../circuit/index.ts";
import { pace, withScope } from "../interventions/index.ts";
import { type AblationChoice, chosenAblation } from "./algorithm/ablation-option.ts";
import { thresholdAdvice } from "./algorithm/advice.ts";
import { defineAlgorithm } from "./algorithm/algorithm.ts";
import { concludeDiscovery } from "./algorithm/conclude.ts";
import type { DiscoveryContext } from "./algorithm/context.ts";
import {
  effectRanking,
  effectSweep,
  magnitudeOptions,
  scoresOfEffects,
} from "./algorithm/magnitude.ts";
import { option } from "./algorithm/options.ts";
import { edgeScores } from "./algorithm/scores.ts";
import { circuitSelector } from "./algorithm/selection.ts";
import { edgeSelection, withSelection } from "./algorithm/selection-options.ts";
import { assertFiniteEffects } from "./run/finite.ts";
import { LOSSES, LOSSES_BY_OUTPUTS, type LossName } from "./task/losses.ts";
import type { DiscoveryTask } from "./task/task.ts";
import { prepareTrials } from "./trials/trials.ts";

/**
 * The effect of ablating each edge alone, `[edge]` in the order of the graph:
 * `loss(only e ablated) − loss(clean)`. One partial run per edge.
 */
export async function measureEdges(
  task: DiscoveryTask,
  loss: LossName,
  context: DiscoveryContext,
  ablation?: AblationChoice,
): Promise<Float64Array> {
  const graph = fullGraph(task.transformer.config);
  const tick = pace(context, "edges");
  const effects = new Float64Array(graph.edges.length);
  await withScope(context.backend, async (scope) => {
    const trials = prepareTrials(scope, task, graph, loss, chosenAblation(ablation));
    const removed = new Uint8Array(graph.edges.length);
    const clean = trials.evaluate(graph.destinations.at(-1)!, removed);
    for (const [done, edge] of acdcOrder(graph).entries()) {
      await tick(done, effects.length);
      const { destination } = graph.edges[edge]!;
      removed[edge] = 1;
      effects[edge] = trials.evaluate(graph.destinations[destination]!, removed) - clean;
      removed[edge] = 0;
    }
  });
  assertFiniteEffects(graph, effects);
  await tick(effects.length, effects.length);
  return effects;
}

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
    loss: option(
      z._default(z.enum(LOSSES), "faithfulness"),
      "What the effect is an effect on; faithfulness: distance from the transformer's own output",
      { byOutputs: LOSSES_BY_OUTPUTS },
    ),
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const graph = fullGraph(task.transformer.config);
    const select = circuitSelector(graph, options);
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
