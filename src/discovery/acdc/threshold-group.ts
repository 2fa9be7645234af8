import type { ComputationalGraph, GraphEdge } from "../../circuit/index.ts";
import type { Buffer } from "../../engine/index.ts";
import { liveDestinations } from "../trials/reach.ts";
import type { Removed } from "../trials/removed.ts";
import type { Trials } from "../trials/trials.ts";

/** Thresholds that have removed the same edges so far, and what they have come to. */
export interface ThresholdGroup {
  /** Ascending. */
  readonly thresholds: readonly number[];
  readonly removed: Removed;
  /** The change of the faithfulness loss that each edge was judged by, `[edge]`. */
  readonly changes: Float64Array;
  /** The loss with `removed` cut. */
  faithfulness: number;
  /** The sublayer that is being visited, and which destinations reach the output from there. */
  depth: number;
  live: readonly boolean[];
  /** What the heads of the sublayer compute, if not what they do in the clean run. */
  heads: Buffer | undefined;
  /** A head that has lost edges since `heads` was computed. */
  staleHead: number | undefined;
}

/** The state before the first edge: nothing is removed, nothing lost. */
export function firstGroup(
  graph: ComputationalGraph,
  thresholds: readonly number[],
): ThresholdGroup {
  return {
    thresholds: [...new Set(thresholds)].sort((a, b) => a - b),
    removed: new Uint8Array(graph.edges.length),
    changes: new Float64Array(graph.edges.length),
    faithfulness: 0,
    depth: Number.POSITIVE_INFINITY,
    live: [],
    heads: undefined,
    staleHead: undefined,
  };
}

/**
 * Brings a group up to date for an edge: at a new sublayer all heads are clean again, since edges
 * into it are only now removed; a head that is left behind is computed once for all further trials.
 * Returns a buffer of heads that the group no longer uses, if there is one.
 */
export function enterEdge(
  group: ThresholdGroup,
  graph: ComputationalGraph,
  trials: Trials,
  { destination }: GraphEdge,
): Buffer | undefined {
  const { depth, block, node } = graph.destinations[destination]!;
  const { heads, staleHead } = group;
  if (depth !== group.depth) {
    group.depth = depth;
    group.live = liveDestinations(graph, group.removed);
    group.heads = undefined;
    group.staleHead = undefined;
    return heads;
  }
  if (staleHead === undefined || staleHead === node.head) return undefined;
  group.heads = trials.updateHead(block, staleHead, group.removed, { heads });
  group.staleHead = undefined;
  return heads;
}

/** The faithfulness loss if one more edge is removed. Where nothing can change, nothing is run. */
export function lossWithout(
  group: ThresholdGroup,
  graph: ComputationalGraph,
  trials: Trials,
  { index, destination }: GraphEdge,
): number {
  if (!group.live[destination]) return group.faithfulness;
  const { removed, heads } = group;
  removed[index] = 1;
  const loss = trials.evaluate(graph.destinations[destination]!, removed, { heads });
  removed[index] = 0;
  return loss;
}

/**
 * Judges an edge: thresholds above `loss − faithfulness` remove it. Gives the group itself, or two
 * where its thresholds disagree. Compared as float32, in which the losses were computed.
 */
export function decide(
  group: ThresholdGroup,
  graph: ComputationalGraph,
  { index, destination }: GraphEdge,
  loss: number,
): ThresholdGroup[] {
  const change = loss - group.faithfulness;
  group.changes[index] = change;
  const removes = (threshold: number) => Math.fround(change) < Math.fround(threshold);
  const keeping = group.thresholds.filter((threshold) => !removes(threshold));
  const removing = group.thresholds.filter(removes);
  if (removing.length === 0) return [group];
  const next: ThresholdGroup = {
    ...group,
    thresholds: removing,
    removed: group.removed.slice(),
    changes: group.changes.slice(),
    faithfulness: loss,
  };
  next.removed[index] = 1;
  const { head } = graph.destinations[destination]!.node;
  if (head !== null && group.live[destination]) next.staleHead = head;
  return keeping.length === 0 ? [next] : [{ ...group, thresholds: keeping }, next];
}
