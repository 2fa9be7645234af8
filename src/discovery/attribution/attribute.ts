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
import { usedInputs } from "../../transformer/index.ts";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import { assertFiniteEffects, assertFiniteTask } from "../run/finite.ts";
import { type LossName, lossTargets } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { attributionGraph } from "./graph.ts";
import type { AttributionPath, PathRun } from "./path.ts";

/**
 * Attribution of the loss to all edges, `[edge]` in the order of the graph: Σ over the runs of the path of
 * weight · ∂loss/∂m(e).
 *
 * ```ts
 * const effects = await attributeEdges(task, "kl_div", maskPath(CLEAN_END), { backend });
 * ```
 *
 * Throws `E_NUMBER` where a run, or an effect, is not finite.
 */
export async function attributeEdges(
  task: DiscoveryTask,
  loss: LossName,
  path: AttributionPath,
  context: DiscoveryContext,
  ablation?: AblationChoice,
): Promise<Float64Array> {
  const graph = fullGraph(task.transformer.config);
  const { runs } = path;
  const tick = pace(context, "points");
  const totals = new Float64Array(graph.edges.length);
  await withScope(context.backend, async (scope) => {
    const slopesOf = prepareAttribution(scope, task, loss, graph, path, chosenAblation(ablation));
    for (const [done, run] of runs.entries()) {
      await tick(done, runs.length);
      slopesOf(run).forEach((slope, edge) => {
        totals[edge]! += run.weight * slope;
      });
    }
  });
  assertFiniteEffects(graph, totals);
  await tick(runs.length, runs.length);
  return totals;
}

/** A function from a run of the path to the slopes of all edges; other runs are made once. */
function prepareAttribution(
  scope: Scope,
  task: DiscoveryTask,
  loss: LossName,
  graph: ComputationalGraph,
  path: AttributionPath,
  ablation: Ablation,
): (run: PathRun) => Float64Array {
  const weights = freezeWeights(scope, task.transformer);
  assertFiniteTask(scope, task, weights, ablation);
  const targets = lossTargets(task, loss);
  const { scores, reads } = attributionGraph(task, weights, loss, path);
  const runs = prepareInputRuns(scope, task, weights, [...reads.ablated, ...reads.clean]);
  const executable = scope.load(compile<string>({ outputs: Object.fromEntries(scores) }));
  const clean = reads.clean.size > 0 || loss === "faithfulness" ? runs.clean() : undefined;
  const cleanAt = new Map([...reads.clean].map((hook) => [hook, clean!.at.get(hook)!]));
  const inputs = usedInputs(executable.program, {
    ...weights.bindings,
    ...targets,
    ...(clean === undefined ? {} : { [CLEAN_LOGITS]: clean.logits }),
    ...namedInputs("clean", cleanAt),
    ...namedInputs("ablated", runs.ablated(ablation, reads.ablated)),
    [ROW_WEIGHT]: rowWeights(task),
    tokens: Float32Array.from(task.cleanTokens),
  });
  return ({ scalars }) => {
    const slopes = executable.run({ batch: task.rows, inputs, scalars });
    return Float64Array.from(graph.edges, (edge) => {
      const { hook, at } = edgePlace(graph, edge);
      return slopes[hook]![at]!;
    });
  };
}
