import { acdcOrder, fullGraph, type GraphDestination } from "../circuit/index.ts";
import { pace, withScope } from "../interventions/index.ts";
import { type AblationChoice, chosenAblation } from "./algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "./algorithm/context.ts";
import { assertFiniteEffects } from "./run/finite.ts";
import type { LossName } from "./task/losses.ts";
import type { DiscoveryTask } from "./task/task.ts";
import { prepareTrials } from "./trials/trials.ts";

/**
 * The effect of ablating each edge alone, `[edge]` in the order of the graph:
 * `loss(only e ablated) − loss(clean)`. One partial run per edge, and one per sublayer: the clean loss is measured by the
 * program of its trials, so that an edge without any effect has 0, whatever rounding does.
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
    const preparing = prepareTrials(scope, task, graph, loss, chosenAblation(ablation));
    const trials = await inTurns(preparing, context);
    const removed = new Uint8Array(graph.edges.length);
    const lossInto = (destination: GraphDestination) =>
      inTurns(trials.evaluate(destination, removed), context);
    let clean = { depth: Number.NaN, loss: Number.NaN };
    for (const [done, edge] of acdcOrder(graph).entries()) {
      await tick(done, effects.length);
      const destination = graph.destinations[graph.edges[edge]!.destination]!;
      const { depth } = destination;
      if (depth !== clean.depth) clean = { depth, loss: await lossInto(destination) };
      removed[edge] = 1;
      effects[edge] = (await lossInto(destination)) - clean.loss;
      removed[edge] = 0;
    }
  });
  assertFiniteEffects(graph.edges, effects);
  await tick(effects.length, effects.length);
  return effects;
}
