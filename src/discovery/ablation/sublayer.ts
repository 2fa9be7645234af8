import type { Tensor } from "../../engine/index.ts";
import { blockHook, type DestinationHook } from "../../transformer/index.ts";
import { logitsNeeded } from "../run/capture.ts";
import { atKeptPositions } from "../task/losses.ts";
import { mlpReader, sourcesBeforeMlp, type TrialGraph } from "./graph.ts";
import { removedInputs } from "./removed.ts";
import { ablatedRest } from "./rest.ts";

/** What an MLP and everything behind it read. */
export interface MiddleOfBlock {
  /** `hook_resid_mid`, `[pos, dModel]`. */
  readonly resid: Tensor;
  /** P − Y of all sources so far, `[source, pos, dModel]` each. */
  readonly differences: readonly Tensor[];
  /** The destinations that may have cut edges; none: an ordinary pass. */
  readonly removed: readonly DestinationHook[];
}

/** Logits `[keptPos, class]` of a pass that starts in the middle of a block. */
export function restLogits(
  graph: TrialGraph,
  block: number,
  { resid, differences, removed }: MiddleOfBlock,
): Tensor {
  const { task, weights, sources } = graph;
  const later = removed.length === 0 ? [] : sources.slice(sourcesBeforeMlp(block));
  const { logits } = ablatedRest(task.transformer.config, weights.tensors, {
    start: blockHook(block, "hook_resid_mid"),
    resid,
    differences,
    patches: new Map(later.map((hook) => [hook, graph.corrupted(hook)])),
    removed: removedInputs(task.transformer.config, removed),
    logitsAt: logitsNeeded(task),
  });
  return atKeptPositions(task, logits);
}

/** Logits `[keptPos, class]` with cut edges into the MLP of a block, and behind it. */
export function mlpLogits(graph: TrialGraph, block: number): Tensor {
  const own = mlpReader(block);
  return restLogits(graph, block, {
    resid: graph.clean(blockHook(block, "hook_resid_mid")),
    differences: graph.differences(sourcesBeforeMlp(block)),
    removed: graph.readers.slice(own, graph.isCumulative ? undefined : own + 1),
  });
}
