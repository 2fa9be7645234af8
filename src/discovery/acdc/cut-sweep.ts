import type { ComputationalGraph } from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { pace, withScope } from "../../interventions/index.ts";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { prepareTrials } from "../trials/trials.ts";
import type { Cut, DecisionRule } from "./cut.ts";
import {
  decide,
  enterCut,
  firstGroup,
  lossWithout,
  matters,
  type ThresholdGroup,
} from "./threshold-group.ts";

/** What is swept. */
export interface CutSweepOptions {
  /** From the output backwards: no cut into an earlier sublayer before one into a later one. */
  readonly cuts: readonly Cut[];
  readonly thresholds: readonly number[];
  readonly rule: DecisionRule;
  /** What removed edges carry. Default `resample`. */
  readonly ablation?: AblationChoice;
}

/** What one threshold has come to. */
export interface SweptThreshold {
  readonly threshold: number;
  /** The state that it shares with the thresholds that removed the same. */
  readonly group: ThresholdGroup;
  /** The smallest distance of a change from it. */
  readonly closest: number;
}

/** What a sweep over thresholds has come to. */
export interface CutSweep {
  /** In the order of the thresholds asked for. */
  readonly swept: readonly SweptThreshold[];
  /** The smallest threshold that removes each edge, `[edge]`; ∞ where none does. */
  readonly smallest: Float64Array;
  /** Runs of (the end of) the transformer. */
  readonly evaluations: number;
}

/**
 * Visits cuts one by one and removes each for good, together with all that were removed before, if
 * that raises the faithfulness loss by less than the threshold; any number of thresholds in one pass.
 *
 * Gives what a run per threshold gives: thresholds that have removed the same edges share every
 * evaluation until they disagree. Trials compute nothing before the sublayer under test, and nothing
 * at all for edges into nodes that no longer reach the output.
 *
 * Throws `E_OPTION` for no thresholds or one that is NaN.
 */
export async function sweepCuts(
  task: DiscoveryTask,
  graph: ComputationalGraph,
  { cuts, thresholds, rule, ablation }: CutSweepOptions,
  context: DiscoveryContext,
): Promise<CutSweep> {
  assertThresholds(thresholds);
  const tick = pace(context, "edges");
  const closest = new Map(thresholds.map((threshold) => [threshold, Number.POSITIVE_INFINITY]));

  const { groups, evaluations } = await withScope(context.backend, async (scope) => {
    const chosen = chosenAblation(ablation);
    const trials = await inTurns(
      prepareTrials(scope, task, graph, "faithfulness", chosen),
      context,
    );
    let current: ThresholdGroup[] = [firstGroup(graph, cuts, thresholds)];
    for (const [index, cut] of cuts.entries()) {
      await tick(index, cuts.length);
      const next: ThresholdGroup[] = [];
      for (const group of current) {
        const left = await inTurns(enterCut(group, graph, trials, cut), context);
        const isShared = [...current, ...next].some(({ heads }) => heads === left);
        if (left !== undefined && !isShared) scope.release(left);
        const loss = await inTurns(lossWithout(group, graph, trials, cut), context);
        const isJudged = !rule.dropsUnreachable || matters(group, cut);
        next.push(...decide(group, graph, [index, cut], loss, rule));
        for (const threshold of isJudged ? group.thresholds : []) {
          const distance = Math.abs(group.changes[index]! - threshold);
          closest.set(threshold, Math.min(closest.get(threshold)!, distance));
        }
      }
      current = next;
    }
    await tick(cuts.length, cuts.length);
    return { groups: current, evaluations: trials.evaluations() };
  });

  const smallest = new Float64Array(graph.edges.length).fill(Number.POSITIVE_INFINITY);
  for (const { thresholds: own, removed } of groups) {
    const least = own[0]!;
    smallest.forEach((score, i) => {
      if (removed[i] === 1) smallest[i] = Math.min(score, least);
    });
  }
  const swept = thresholds.map((threshold) => ({
    threshold,
    group: groups.find((candidate) => candidate.thresholds.includes(threshold))!,
    closest: closest.get(threshold)!,
  }));
  return { swept, smallest, evaluations };
}

function assertThresholds(thresholds: readonly number[]): void {
  if (thresholds.length > 0 && !thresholds.some(Number.isNaN)) return;
  throw new InterpBenchError("E_OPTION", "ACDC needs thresholds", {
    at: "thresholds",
    expected: "at least one number",
    received: thresholds.length === 0 ? "none" : thresholds.join(", "),
  });
}
