import { add, constant, div, mul, square, sub, sum, type Tensor } from "../engine/index.ts";
import type { ModelNode } from "../interventions/index.ts";
import { type HookName, headAxis, type TransformerConfig } from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import type { ExchangedRuns } from "./edge-exchange.ts";
import type { FurtherLoss } from "./objective.ts";
import type { TrainingTask } from "./task.ts";

/** Where a node writes to the residual stream: an MLP behind its neurons. */
const writesAt = ({ hook }: ModelNode): HookName =>
  hook.replace(/\.mlp\.hook_post$/, ".hook_mlp_out") as HookName;

/**
 * What tells the nodes outside of a task's circuit to be silent: {@link writtenDifference} of them times a weight.
 * `undefined` where there are none.
 */
export function silenceLoss(
  { lowLevelConfig: config, correspondence }: TrainingTask,
  weight: number,
): FurtherLoss | undefined {
  const outside = outsideNodes(config, correspondence);
  return outside.length === 0
    ? undefined
    : (runs) => mul(writtenDifference(config, outside, runs), weight);
}

/**
 * How differently some nodes write in two runs of a model, `[]` per pair of inputs: `Σ ‖wᵇ − wˢ‖²` over nodes,
 * a mean over positions, where w is what a node adds to the residual stream. 0 where each writes the same whatever the
 * input is; then exchanging them, however many together, changes nothing.
 *
 * Both runs have to have captured `hook_result` of the heads' layers and `hook_mlp_out` of the MLPs'.
 */
function writtenDifference(
  { nHeads }: TransformerConfig,
  nodes: readonly ModelNode[],
  { exchanged, onSource }: ExchangedRuns,
): Tensor {
  const hooks = [...new Set(nodes.map(writesAt))];
  const differences = hooks.map((hook) => {
    const [own, other] = [exchanged, onSource].map(({ cache }) => cache.get(hook)!) as [
      Tensor,
      Tensor,
    ];
    const moved = square(sub(own, other));
    if (headAxis(hook) === undefined) return sum(moved);
    const heads = new Set(nodes.filter((node) => node.hook === hook).map(({ head }) => head));
    const counts = Array.from({ length: nHeads }, (_, head) => Number(heads.has(head)));
    return sum(mul(moved, constant(counts, [nHeads, 1])));
  });
  const positions = exchanged.cache.get(hooks[0]!)!.shape[0]!;
  return div(differences.reduce(add), positions);
}
