import type * as z from "zod/mini";
import { type ComputationalGraph, fullGraph } from "../../circuit/index.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { chosenAblation } from "./ablation-option.ts";
import { thresholdAdvice } from "./advice.ts";
import { type Algorithm, type AlgorithmDefinition, defineAlgorithm } from "./algorithm.ts";
import { concludeDiscovery } from "./conclude.ts";
import type { DiscoveryContext } from "./context.ts";
import type { TaskNeeds } from "./needs.ts";
import { edgeScores } from "./scores.ts";
import { circuitSelector } from "./selection.ts";
import { edgeSelection, type Selection, withSelection } from "./selection-options.ts";

/** The options of {@link defineEdgeRanking}: its own, and those that make circuits of scores. */
type RankingOptions<Shape extends z.core.$ZodShape> = ReturnType<typeof withSelection<Shape>>;

/** Numbers of all edges, and what they cost. */
export interface RankedEdges {
  /** `[edge]` in the order of the graph; larger is better. */
  readonly values: ArrayLike<number>;
  /** By how much cutting each edge raises the loss, signed, `[edge]`. Default: nobody has looked. */
  readonly effects?: ArrayLike<number>;
  /** Forward passes over all rows. */
  readonly evaluations: number;
  /** Default 0. */
  readonly backwardPasses?: number;
}

/** How an algorithm is written down that gives every edge a number, and does no more. */
export interface EdgeRankingDefinition<Shape extends z.core.$ZodShape>
  extends Omit<
    AlgorithmDefinition<RankingOptions<Shape>>,
    "discover" | "options" | "granularity" | "ranks" | "selection" | "produces" | "advice"
  > {
  /** Its own options, besides those that make circuits of scores. */
  readonly options: Shape;
  /** The numbers of all edges of the task's transformer. */
  rank(
    task: DiscoveryTask,
    options: z.output<RankingOptions<Shape>>,
    context: DiscoveryContext,
    graph: ComputationalGraph,
  ): RankedEdges | Promise<RankedEdges>;
}

/**
 * Makes an algorithm of a function that gives every edge a number: circuits of them are made, and
 * measured, as the options say (`threshold`, `edgeCount`, `select`, `prune`, `ablation`).
 */
export function defineEdgeRanking<Shape extends z.core.$ZodShape>({
  rank,
  options: own,
  needs,
  ...facts
}: EdgeRankingDefinition<Shape>): Algorithm<RankingOptions<Shape>> {
  return defineAlgorithm<RankingOptions<Shape>>({
    paperSweep: () => ({ option: "threshold", from: "scores" }),
    ...facts,
    granularity: "qkv",
    selection: edgeSelection,
    advice: thresholdAdvice,
    produces: ["scores", "circuit"],
    options: withSelection(own),
    needs: {
      ...needs,
      of: (options, task) => ({
        ...circuitNeeds(options as CircuitChoice),
        ...needs?.of?.(options, task),
      }),
    },
    discover: async (task, options, context) => {
      const graph = fullGraph(task.transformer.config);
      const { ablation, ...selection } = options as Selection & CircuitChoice;
      const select = circuitSelector(graph, selection);
      const ranked = await rank(task, options, context, graph);
      const { evaluations, backwardPasses = 0 } = ranked;
      const scores = edgeScores(graph, ranked.values);
      const effects = ranked.effects && edgeScores(graph, ranked.effects);
      const found = { scores, effects, evaluations, backwardPasses, select, ablation };
      return concludeDiscovery(task, found, context);
    },
  });
}

/** Values of the options by which a circuit is asked for. */
interface CircuitChoice {
  readonly threshold?: unknown;
  readonly edgeCount?: unknown;
  readonly nodeCount?: unknown;
  readonly ablation?: string | undefined;
}

/** What has to be there to measure a circuit, if one is asked for: what its ablation takes. */
export function circuitNeeds(options: CircuitChoice): TaskNeeds {
  const { threshold, edgeCount, nodeCount, ablation } = options;
  const isAsked = [threshold, edgeCount, nodeCount].some((way) => way !== undefined);
  return isAsked ? { ablation: chosenAblation(ablation) } : {};
}
