import type { ComputationalGraph } from "../../circuit/index.ts";
import {
  blockHook,
  type DestinationHook,
  type TransformerConfig,
} from "../../transformer/index.ts";
import { liveSources } from "./reach.ts";
import type { Removed } from "./removed.ts";

/**
 * Sublayers are numbered by their depth in the graph: 2b + 1 and 2b + 2 are the heads and the MLP of
 * block b, 2L + 1 is the output. Sublayer d writes the d-th source hook point (the 0-th holds the
 * embeddings) and reads all earlier ones.
 */
export const headsDepth = (block: number): number => 2 * block + 1;

/** The depth of a block's MLP. */
export const mlpDepth = (block: number): number => 2 * block + 2;

/** The destination hook points of a sublayer. */
export function readersOf({ nLayers }: TransformerConfig, depth: number): DestinationHook[] {
  if (depth > 2 * nLayers) return [blockHook(nLayers - 1, "hook_resid_post")];
  const block = Math.floor((depth - 1) / 2);
  if (depth === mlpDepth(block)) return [blockHook(block, "hook_mlp_in")];
  return [
    blockHook(block, "hook_q_input"),
    blockHook(block, "hook_k_input"),
    blockHook(block, "hook_v_input"),
  ];
}

/**
 * What cut edges make of a sublayer.
 *
 * - `whole`: it reads the residual stream as it is.
 * - `cut`: it reads other values of some sources.
 * - `dead`: nothing it writes reaches the output, so it need not be computed.
 */
export type SublayerState = "whole" | "cut" | "dead";

/**
 * The state of every sublayer behind a depth, `[depth]`; those up to it, which trials do not
 * compute as a whole, count as whole. A sublayer without a live source is dead; cut edges from dead
 * sublayers make nobody `cut`, because what those write is replaced by its ablated value at once.
 */
export function sublayerStates(
  graph: ComputationalGraph,
  removed: Removed,
  depth: number,
): SublayerState[] {
  const { sources, destinations, edges } = graph;
  const last = destinations.at(-1)!.depth;
  const states = new Array<SublayerState>(last + 1).fill("whole");
  states.fill("dead", depth + 1, last);
  liveSources(graph, removed).forEach((isLive, source) => {
    const own = sources[source]!.depth;
    if (isLive && own > depth) states[own] = "whole";
  });
  for (const { index, source, destination } of edges) {
    const reader = destinations[destination]!.depth;
    if (removed[index] === 0 || reader <= depth || states[reader] === "dead") continue;
    if (states[sources[source]!.depth] !== "dead") states[reader] = "cut";
  }
  return states;
}
