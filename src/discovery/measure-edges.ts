import { acdcOrder, fullGraph } from "../circuit/index.ts";
import { pace, withScope } from "../interventions/index.ts";
import { type AblationChoice, chosenAblation } from "./algorithm/ablation-option.ts";
import type { DiscoveryContext } from "./algorithm/context.ts";
import { assertFiniteEffects } from "./run/finite.ts";
import type { LossName } from "./task/losses.ts";
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
  assertFiniteEffects(graph.edges, effects);
  await tick(effects.length, effects.length);
  return effects;
}
