import { add, concat, einsum, sub, type Tensor } from "../../engine/index.ts";
import { asSources, CLEAN_LOGITS } from "../../interventions/index.ts";
import {
  atKeptPositions,
  blockHook,
  keptPositions,
  sourceNodes,
  unembed,
} from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { TrialGraph } from "./graph.ts";
import { removedInputs } from "./removed.ts";

/** Sample input `[source, keptPos, width]`: what the ablation of each edge adds to the output. */
export const OUTPUT_SHIFTS = "outputShifts";

/**
 * Whether ablations of edges into the output add to the logits: without a final normalisation and
 * without a soft cap `Δlogits = Δresid·W_U`. Logits wider than the residual stream are made of that instead.
 */
function addsLogits({ transformer: { config } }: DiscoveryTask): boolean {
  const isLinear = config.normalization === "none" && config.outputLogitsSoftCap === undefined;
  return isLinear && config.dVocabOut <= config.dModel;
}

/** The shape of {@link OUTPUT_SHIFTS}. */
export function outputShiftsShape(
  task: DiscoveryTask,
  embeddings: readonly unknown[],
): readonly [number, number, number] {
  const { config } = task.transformer;
  const width = addsLogits(task) ? config.dVocabOut : config.dModel;
  const sources = sourceNodes(config).length - 1 + embeddings.length;
  return [sources, keptPositions(task).length, width];
}

/** The values of {@link OUTPUT_SHIFTS}: `P(u) − C(u)` at the kept positions, or that times W_U. */
export function outputShifts(graph: TrialGraph): Tensor {
  const { task, weights, sources, embeddings, clean, ablated } = graph;
  const changes = [...embeddings, ...sources.slice(1)].map((hook) => {
    const change = sub(ablated(hook), clean(hook));
    return asSources(atKeptPositions(task, change));
  });
  const stacked = concat(changes, 0);
  return addsLogits(task)
    ? einsum("spd,dv->spv", stacked, weights.tensors.get("unembed.W_U")!)
    : stacked;
}

/** Logits `[keptPos, class]` with cut edges into the output. No pass is needed. */
export function outputLogits(graph: TrialGraph): Tensor {
  const { task, weights } = graph;
  const { config } = task.transformer;
  const shape = outputShiftsShape(task, graph.embeddings);
  const final = blockHook(config.nLayers - 1, "hook_resid_post");
  const removed = removedInputs(config, [final], graph).get(final)!;
  const shift = einsum("s,spw->pw", removed, graph.input(OUTPUT_SHIFTS, shape));
  if (addsLogits(task)) return add(graph.input(CLEAN_LOGITS, shape.slice(1)), shift);
  return unembed(config, weights.tensors, add(atKeptPositions(task, graph.clean(final)), shift));
}
