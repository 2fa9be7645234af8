import {
  circuitBetween,
  components,
  formatNode,
  fullGraph,
  graphCircuit,
} from "../circuit/index.ts";
import { pace, withScope } from "../interventions/index.ts";
import type { AblationChoice } from "./algorithm/ablation-option.ts";
import type { DiscoveryContext } from "./algorithm/context.ts";
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
