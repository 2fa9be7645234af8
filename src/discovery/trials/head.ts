import {
  add,
  concat,
  einsum,
  expandDims,
  reshape,
  scalar,
  sub,
  sum,
  type Tensor,
} from "../../engine/index.ts";
import type { HeadWeights } from "../../interventions/index.ts";
import { asSources } from "../../interventions/index.ts";
import {
  attentionFrom,
  blend,
  blockHook,
  type Hook,
  type HookName,
} from "../../transformer/index.ts";
import { cutPassLogits } from "./cut-pass.ts";
import type { TrialGraph } from "./graph.ts";
import { HEAD_INPUTS, HEAD_SWITCH, headRemovedName } from "./removed.ts";
import { headsDepth } from "./sublayers.ts";

/** Sample input `[pos, head, dModel]`: what the other heads of the block compute. */
export const HEADS = "heads";

const RESULT = "blocks.0.attn.hook_result";

/**
 * `attn.hook_result` of a block, `[pos, head, dModel]`, with one head computed from the clean
 * residual stream under cut edges, and the others as they come in {@link HEADS}.
 *
 * A head alone is the attention of a transformer of one block and one head, whose weights are bound
 * at run time.
 */
export function headResults(graph: TrialGraph, block: number, head: HeadWeights): Tensor {
  const { config } = graph.task.transformer;
  const sources = concat(graph.differences(headsDepth(block)), 0);
  const cuts = HEAD_INPUTS.map((which): [HookName, Hook] => {
    const removed = scalar(headRemovedName(which), [sources.shape[0]!]);
    const shift = expandDims(einsum("s,spd->pd", removed, sources), 1);
    return [`blocks.0.hook_${which}_input`, (x) => add(x, shift)];
  });
  const { cache } = attentionFrom(
    head.config,
    head.tensors,
    0,
    graph.clean(blockHook(block, "hook_resid_pre")),
    { hooks: new Map(cuts), capture: [RESULT] },
  );
  const others = graph.input(HEADS, [graph.task.positions, config.nHeads, config.dModel]);
  const on = reshape(scalar(HEAD_SWITCH, [config.nHeads]), [config.nHeads, 1]);
  return blend(others, cache.get(RESULT)!, on);
}

/** Logits `[keptPos, class]` with cut edges into one head of a block, and behind it. */
export function attentionLogits(graph: TrialGraph, block: number, head: HeadWeights): Tensor {
  const results = headResults(graph, block, head);
  const bias = graph.weights.tensors.get(`blocks.${block}.attn.b_O`)!;
  const before = graph.clean(blockHook(block, "hook_resid_pre"));
  const patch = graph.ablated(blockHook(block, "attn.hook_result"));
  return cutPassLogits(graph, {
    block,
    resid: add(before, add(sum(results, 1), bias)),
    differences: [...graph.differences(headsDepth(block)), asSources(sub(patch, results))],
  });
}
