import {
  type Circuit,
  type ComputationalGraph,
  circuitOf,
  fullGraph,
  type ScoreMap,
} from "../../circuit/index.ts";
import type { AblationChoice } from "../algorithm/ablation-option.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import { edgeScores } from "../algorithm/scores.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";
import { plainRule, singleCuts } from "./cut.ts";
import { type CutSweep, type SweptThreshold, sweepCuts } from "./cut-sweep.ts";
import { visitingOrder } from "./order.ts";

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
 * Gives what a run per threshold gives, and shares what they have in common.
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
  const graph = fullGraph(task.transformer.config);
  const order = visitingOrder(graph, seed);
  const cuts = singleCuts(graph, order);
  const sweep = await sweepCuts(
    task,
    graph,
    { cuts, thresholds, rule: plainRule, ablation },
    context,
  );
  const changesOf = ({ group }: SweptThreshold) => {
    const changes = new Float64Array(graph.edges.length);
    for (const [i, edge] of order.entries()) changes[edge] = group.changes[i]!;
    return changes;
  };
  return { ...sweptOutcomes(graph, sweep, changesOf), order };
}

/** The circuits of a sweep; `changesOf` says what each edge, `[edge]`, was judged by. */
export function sweptOutcomes(
  graph: ComputationalGraph,
  { swept, smallest, evaluations }: CutSweep,
  changesOf: (one: SweptThreshold) => Float64Array,
): Omit<AcdcSweep, "order"> {
  const outcomes = swept.map((one): AcdcOutcome => {
    const { threshold, group, closest } = one;
    const kept = graph.edges.filter(({ index }) => group.removed[index] === 0);
    return {
      threshold,
      circuit: circuitOf(kept.map(({ edge }) => edge)),
      faithfulness: group.faithfulness,
      changes: edgeScores(graph, changesOf(one)),
      closestDecision: closest,
    };
  });
  return { outcomes, scores: edgeScores(graph, smallest), evaluations };
}
