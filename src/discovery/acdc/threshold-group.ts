import type { ComputationalGraph } from "../../circuit/index.ts";
import type { Buffer } from "../../engine/index.ts";
import type { Steps } from "../../interventions/index.ts";
import { liveDestinations } from "../trials/reach.ts";
import type { Removed } from "../trials/removed.ts";
import type { Trials } from "../trials/trials.ts";
import type { Cut, DecisionRule } from "./cut.ts";

/** Thresholds that have removed the same edges so far, and what they have come to. */
export interface ThresholdGroup {
  /** Ascending. */
  readonly thresholds: readonly number[];
  readonly removed: Removed;
  /** What each cut was judged by, `[cut]`. */
  readonly changes: Float64Array;
  /** The faithfulness loss with `removed` cut. */
  faithfulness: number;
  /** The same as the trials of this sublayer measure it: what changes are taken from. */
  reference: number;
  /** The sublayer that is being visited, and which destinations reach the output from there. */
  depth: number;
  live: readonly boolean[];
  /** What the heads of the sublayer compute, if not what they do in the clean run. */
  heads: Buffer | undefined;
  /** A head that has lost edges since `heads` was computed. */
  staleHead: number | undefined;
}

/** The state before the first cut: nothing is removed, nothing lost. */
export function firstGroup(
  graph: ComputationalGraph,
  cuts: readonly Cut[],
  thresholds: readonly number[],
): ThresholdGroup {
  return {
    thresholds: [...new Set(thresholds)].sort((a, b) => a - b),
    removed: new Uint8Array(graph.edges.length),
    changes: new Float64Array(cuts.length),
    faithfulness: 0,
    reference: 0,
    depth: Number.POSITIVE_INFINITY,
    live: [],
    heads: undefined,
    staleHead: undefined,
  };
}

/**
 * In steps: brings a group up to date for a cut: at a new sublayer all heads are clean again, since edges
 * into it are only now removed, and the loss is measured by the program of the trials there, so that a cut without
 * any effect changes it by 0; a head that is left behind is computed once for all further trials.
 * Returns a buffer of heads that the group no longer uses, if there is one.
 */
export function* enterCut(
  group: ThresholdGroup,
  graph: ComputationalGraph,
  trials: Trials,
  { destination }: Cut,
): Steps<Buffer | undefined> {
  const { depth, block, node } = graph.destinations[destination]!;
  const { heads, staleHead } = group;
  if (depth !== group.depth) {
    group.depth = depth;
    group.live = liveDestinations(graph, group.removed);
    group.heads = undefined;
    group.staleHead = undefined;
    const tested = graph.destinations.find((one, i) => one.depth === depth && group.live[i]);
    if (tested !== undefined) group.reference = yield* trials.evaluate(tested, group.removed);
    return heads;
  }
  if (staleHead === undefined || staleHead === node.head) return undefined;
  group.heads = yield* trials.updateHead(block, staleHead, group.removed, { heads });
  group.staleHead = undefined;
  return heads;
}

/**
 * Whether removing a cut can change anything: what reads by it reaches the output, and some of its
 * edges are still there.
 */
export function matters({ live, removed }: ThresholdGroup, { destination, edges }: Cut): boolean {
  return live[destination]! && edges.some((edge) => removed[edge] === 0);
}

/** In steps: the faithfulness loss if one more cut is removed. Where nothing can change, nothing is run. */
export function* lossWithout(
  group: ThresholdGroup,
  graph: ComputationalGraph,
  trials: Trials,
  cut: Cut,
): Steps<number> {
  if (!matters(group, cut)) return group.reference;
  const { heads } = group;
  const removed = withCut(group.removed, cut);
  return yield* trials.evaluate(graph.destinations[cut.destination]!, removed, { heads });
}

function withCut(removed: Removed, { edges }: Cut): Removed {
  const next = removed.slice();
  for (const edge of edges) next[edge] = 1;
  return next;
}

/**
 * Judges the cut of a number by the loss without it: thresholds above the rule's measure of
 * `loss − reference` remove it. Gives the group itself, or two where its thresholds disagree.
 * Compared as float32, in which the losses were computed.
 */
export function decide(
  group: ThresholdGroup,
  graph: ComputationalGraph,
  [index, cut]: readonly [index: number, cut: Cut],
  loss: number,
  { measure, dropsUnreachable }: DecisionRule,
): ThresholdGroup[] {
  const change = measure(loss - group.reference);
  group.changes[index] = change;
  const isTested = matters(group, cut);
  const removes = (threshold: number) =>
    (dropsUnreachable && !isTested) || Math.fround(change) < Math.fround(threshold);
  const keeping = group.thresholds.filter((threshold) => !removes(threshold));
  const removing = group.thresholds.filter(removes);
  if (removing.length === 0) return [group];
  const next: ThresholdGroup = {
    ...group,
    thresholds: removing,
    removed: withCut(group.removed, cut),
    changes: group.changes.slice(),
    faithfulness: isTested ? loss : group.faithfulness,
    reference: loss,
  };
  const { head } = graph.destinations[cut.destination]!.node;
  if (head !== null && isTested) next.staleHead = head;
  return keeping.length === 0 ? [next] : [{ ...group, thresholds: keeping }, next];
}
