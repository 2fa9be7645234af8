import { type Circuit, circuitOf, fullGraph, type ScoreMap } from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { pace, withScope } from "../../interventions/index.ts";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import { edgeScores } from "../algorithm/scores.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";
import { prepareTrials } from "../trials/trials.ts";
import { visitingOrder } from "./order.ts";
import {
  decide,
  enterEdge,
  firstGroup,
  lossWithout,
  type ThresholdGroup,
} from "./threshold-group.ts";

/** What ACDC finds with one threshold. */
export interface AcdcOutcome {
  readonly threshold: number;
  /** The edges that were never removed. */
  readonly circuit: Circuit;
  /** The faithfulness loss of the circuit: 0 is the whole transformer. */
  readonly faithfulness: number;
  /** By how much the loss changed, or would have, when each edge was visited. */
  readonly changes: ScoreMap;
  /** The smallest distance of a change from the threshold: near 0, rounding may have decided. */
  readonly closestDecision: number;
}

/** What ACDC finds with several thresholds. */
export interface AcdcSweep {
  /** In the order of the thresholds asked for. */
  readonly outcomes: readonly AcdcOutcome[];
  /** The smallest threshold that removes each edge; ∞ for edges that none removes. */
  readonly scores: ScoreMap;
  /** Runs of (the end of) the transformer. */
  readonly evaluations: number;
  /** Edges in the order in which they were visited, as indices of the graph. */
  readonly order: readonly number[];
}

/** Options of {@link acdcSweep}. */
export interface AcdcSweepOptions {
  /** Shuffles the edges of each sublayer; default: the canonical order. */
  readonly seed?: number | undefined;
  /** What removed edges carry. Default `resample`. */
  readonly ablation?: AblationChoice;
}

/**
 * ACDC (Conmy et al. 2023) with any number of thresholds in one pass.
 *
 * Edges are visited from the output back to the input. Each is removed for good, together with all
 * that were removed before, if that raises the loss by less than the threshold; the loss is
 * `faithfulness`: KL divergence from the transformer's own clean output, or mean squared
 * difference. A removed edge carries what the ablation says.
 *
 * Gives what a run per threshold gives: thresholds that have removed the same edges share every
 * evaluation until they disagree. Trials compute nothing before the sublayer under test, and nothing
 * at all for edges into nodes that no longer reach the output.
 *
 * Throws `E_TASK`, `E_ABLATION`, and `E_OPTION` for no thresholds or one that is NaN.
 */
export async function acdcSweep(
  task: DiscoveryTask,
  thresholds: readonly number[],
  context: DiscoveryContext,
  { seed, ablation }: AcdcSweepOptions = {},
): Promise<AcdcSweep> {
  assertTask(task);
  assertThresholds(thresholds);
  const graph = fullGraph(task.transformer.config);
  const order = visitingOrder(graph, seed);
  const tick = pace(context, "edges");
  const closest = new Map(thresholds.map((threshold) => [threshold, Number.POSITIVE_INFINITY]));

  const { groups, evaluations } = await withScope(context.backend, async (scope) => {
    const trials = prepareTrials(scope, task, graph, "faithfulness", chosenAblation(ablation));
    let current: ThresholdGroup[] = [firstGroup(graph, thresholds)];
    for (const [done, index] of order.entries()) {
      await tick(done, order.length);
      const edge = graph.edges[index]!;
      const next: ThresholdGroup[] = [];
      for (const group of current) {
        const left = enterEdge(group, graph, trials, edge);
        const isShared = [...current, ...next].some(({ heads }) => heads === left);
        if (left !== undefined && !isShared) scope.release(left);
        const loss = lossWithout(group, graph, trials, edge);
        next.push(...decide(group, graph, edge, loss));
        for (const threshold of group.thresholds) {
          const distance = Math.abs(group.changes[index]! - threshold);
          closest.set(threshold, Math.min(closest.get(threshold)!, distance));
        }
      }
      current = next;
    }
    await tick(order.length, order.length);
    return { groups: current, evaluations: trials.evaluations() };
  });

  const smallest = new Float64Array(graph.edges.length).fill(Number.POSITIVE_INFINITY);
  for (const { thresholds: own, removed } of groups) {
    const least = own[0]!;
    smallest.forEach((score, i) => {
      if (removed[i] === 1) smallest[i] = Math.min(score, least);
    });
  }
  const outcomes = thresholds.map((threshold) => {
    const group = groups.find((candidate) => candidate.thresholds.includes(threshold))!;
    const kept = graph.edges.filter(({ index }) => group.removed[index] === 0);
    return {
      threshold,
      circuit: circuitOf(kept.map(({ edge }) => edge)),
      faithfulness: group.faithfulness,
      changes: edgeScores(graph, group.changes),
      closestDecision: closest.get(threshold)!,
    };
  });
  return { outcomes, scores: edgeScores(graph, smallest), evaluations, order };
}

function assertThresholds(thresholds: readonly number[]): void {
  if (thresholds.length > 0 && !thresholds.some(Number.isNaN)) return;
  throw new InterpBenchError("E_OPTION", "ACDC needs thresholds", {
    at: "thresholds",
    expected: "at least one number",
    received: thresholds.length === 0 ? "none" : thresholds.join(", "),
  });
}
