import type { ComputationalGraph, GraphEdge } from "../../circuit/index.ts";
import type { Buffer } from "../../engine/index.ts";
import { liveDestinations } from "../ablation/liveness.ts";
import type { Removed } from "../ablation/removed.ts";
import type { Trials } from "../ablation/trials.ts";

/** Thresholds that have removed the same edges so far, and what they have come to. */
export interface Branch {
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
export function firstBranch(graph: ComputationalGraph, thresholds: readonly number[]): Branch {
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
 * Brings a branch up to date for an edge: at a new sublayer all heads are clean again, since edges
 * into it are only now removed; a head that is left behind is computed once for all further trials.
 * Returns a buffer of heads that the branch no longer uses, if there is one.
 */
export function enterEdge(
  branch: Branch,
  graph: ComputationalGraph,
  trials: Trials,
  { destination }: GraphEdge,
): Buffer | undefined {
  const { depth, block, node } = graph.destinations[destination]!;
  const { heads, staleHead } = branch;
  if (depth !== branch.depth) {
    branch.depth = depth;
    branch.live = liveDestinations(graph, branch.removed);
    branch.heads = undefined;
    branch.staleHead = undefined;
    return heads;
  }
  if (staleHead === undefined || staleHead === node.head) return undefined;
  branch.heads = trials.updateHead(block, staleHead, branch.removed, { heads });
  branch.staleHead = undefined;
  return heads;
}

/** The faithfulness loss if one more edge is removed. Where nothing can change, nothing is run. */
export function lossWithout(
  branch: Branch,
  graph: ComputationalGraph,
  trials: Trials,
  { index, destination }: GraphEdge,
): number {
  if (!branch.live[destination]) return branch.faithfulness;
  const { removed, heads } = branch;
  removed[index] = 1;
  const loss = trials.evaluate(graph.destinations[destination]!, removed, { heads });
  removed[index] = 0;
  return loss;
}

/**
 * Judges an edge: thresholds above `loss − faithfulness` remove it. Gives the branch itself, or two
 * where its thresholds disagree. Compared as float32, in which the losses were computed.
 */
export function decide(
  branch: Branch,
  graph: ComputationalGraph,
  { index, destination }: GraphEdge,
  loss: number,
): Branch[] {
  const change = loss - branch.faithfulness;
  branch.changes[index] = change;
  const removes = (threshold: number) => Math.fround(change) < Math.fround(threshold);
  const keeping = branch.thresholds.filter((threshold) => !removes(threshold));
  const removing = branch.thresholds.filter(removes);
  if (removing.length === 0) return [branch];
  const next: Branch = {
    ...branch,
    thresholds: removing,
    removed: branch.removed.slice(),
    changes: branch.changes.slice(),
    faithfulness: loss,
  };
  next.removed[index] = 1;
  const { head } = graph.destinations[destination]!.node;
  if (head !== null && branch.live[destination]) next.staleHead = head;
  return keeping.length === 0 ? [next] : [{ ...branch, thresholds: keeping }, next];
}
