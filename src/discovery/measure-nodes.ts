import {
  type Circuit,
  circuitBetween,
  components,
  formatNode,
  fullGraph,
  graphCircuit,
} from "../circuit/index.ts";
import { pace, rowWeights, withScope } from "../interventions/index.ts";
import type { AblationChoice } from "./algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "./algorithm/context.ts";
import { prepareFaithfulness } from "./run/faithfulness.ts";
import { type LossName, meanLoss } from "./task/losses.ts";
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
    const { rowsInSteps } = prepareFaithfulness(scope, task, { loss, ablation });
    const weights = rowWeights(task);
    const of = async (circuit: Circuit) =>
      meanLoss(await inTurns(rowsInSteps(circuit), context), weights);
    const clean = await of(whole);
    for (const [done, lost] of names.entries()) {
      await tick(done, names.length);
      const kept = new Set(names.filter((name) => name !== lost));
      effects[done] = (await of(circuitBetween(kept, whole))) - clean;
    }
  });
  await tick(names.length, names.length);
  return effects;
}
