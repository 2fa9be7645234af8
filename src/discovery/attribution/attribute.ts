import { type ComputationalGraph, fullGraph } from "../../circuit/index.ts";
import { compile } from "../../engine/index.ts";
import {
  type Ablation,
  CLEAN_LOGITS,
  edgePlace,
  freezeWeights,
  namedInputs,
  pace,
  prepareInputRuns,
  ROW_WEIGHT,
  rowWeights,
  type Scope,
  withScope,
} from "../../interventions/index.ts";
import { edgeMaskShapes, type HookName, sourceHooks, usedInputs } from "../../transformer/index.ts";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import { assertFiniteEffects, assertFiniteTask } from "../run/finite.ts";
import { type LossName, lossTargets } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { ALPHA, attributionGraph, residualRead } from "./graph.ts";
import type { PathPoint } from "./interpolation.ts";

/**
 * Attribution of the loss to all edges, `[edge]` in the order of the graph: Σ over the points of
 * the path of weight · ∂loss/∂m(e), all masks at α (0 = intact, 1 = ablated).
 *
 * Throws `E_NUMBER` where a run, or an effect, is not finite.
 */
export async function attributeEdges(
  task: DiscoveryTask,
  loss: LossName,
  points: readonly PathPoint[],
  context: DiscoveryContext,
  ablation?: AblationChoice,
): Promise<Float64Array> {
  const graph = fullGraph(task.transformer.config);
  const tick = pace(context, "points");
  const totals = new Float64Array(graph.edges.length);
  await withScope(context.backend, async (scope) => {
    const slopesAt = prepareAttribution(scope, task, loss, graph, points, chosenAblation(ablation));
    for (const [done, { alpha, weight }] of points.entries()) {
      await tick(done, points.length);
      slopesAt(alpha).forEach((slope, edge) => {
        totals[edge]! += weight * slope;
      });
    }
  });
  assertFiniteEffects(graph, totals);
  await tick(points.length, points.length);
  return totals;
}

/** A function from α to the slopes of all edges; what ablated edges carry is computed once. */
function prepareAttribution(
  scope: Scope,
  task: DiscoveryTask,
  loss: LossName,
  graph: ComputationalGraph,
  points: readonly PathPoint[],
  ablation: Ablation,
): (alpha: number) => Float64Array {
  const { config } = task.transformer;
  const weights = freezeWeights(scope, task.transformer);
  assertFiniteTask(scope, task, weights, ablation);
  const targets = lossTargets(task, loss);
  const readers = [...edgeMaskShapes(config).keys()];
  const hooks = new Set<HookName>([...sourceHooks(config), ...readers.map(residualRead)]);
  const runs = prepareInputRuns(scope, task, weights, hooks);
  const isInterpolated = points.some(({ alpha }) => alpha !== 0);
  const { scores } = attributionGraph(task, weights, loss, isInterpolated);
  const executable = scope.load(compile<string>({ outputs: Object.fromEntries(scores) }));
  const inputs = usedInputs(executable.program, {
    ...weights.bindings,
    ...targets,
    ...(executable.program.inputs.has(CLEAN_LOGITS) ? { [CLEAN_LOGITS]: runs.clean().logits } : {}),
    ...namedInputs("ablated", runs.ablated(ablation, hooks)),
    [ROW_WEIGHT]: rowWeights(task),
    tokens: Float32Array.from(task.cleanTokens),
  });
  return (alpha) => {
    const scalars = isInterpolated ? { [ALPHA]: alpha } : {};
    const slopes = executable.run({ batch: task.rows, inputs, scalars });
    return Float64Array.from(graph.edges, (edge) => {
      const { hook, at } = edgePlace(graph, edge);
      return slopes[hook]![at]!;
    });
  };
}
