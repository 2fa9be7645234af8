import { type ComputationalGraph, formatEdge, fullGraph } from "../../circuit/index.ts";
import { Key } from "../../rng/index.ts";
import { type CutSweepOptions, type SweptThreshold, sweepCuts } from "../acdc/cut-sweep.ts";
import { type AcdcSweep, sweptOutcomes } from "../acdc/sweep.ts";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";
import { legacyCuts } from "./cuts.ts";
import type { OrderMode } from "./order-mode.ts";
import { shuffledPositions } from "./shuffled-positions.ts";

/** Options of {@link legacyAcdcSweep}. */
export interface LegacyAcdcOptions {
  /** Compare the size of a change with the threshold. Default false. */
  readonly absolute?: boolean;
  /** The order of hook points that write. Default `normal`: the latest first. */
  readonly namesMode?: OrderMode;
  /** The order of heads at one of them. Default `normal`: the last first. */
  readonly indicesMode?: OrderMode;
  /** Draws random orders. Default 0. */
  readonly seed?: number;
  /**
   * Token and position embeddings as sources of their own, see {@link shuffledPositions}. Default false.
   */
  readonly separateEmbeddings?: boolean;
  /** What removed edges carry. Default `resample`. */
  readonly ablation?: AblationChoice;
}

/**
 * What the metric of legacy ACDC is of the faithfulness loss: it averages divergences over all
 * elements, classes included, unless the last position alone counts; squared differences are the same.
 */
export function metricScale({ categorical, outputPositions, transformer }: DiscoveryTask): number {
  return categorical && outputPositions !== "last" ? 1 / transformer.config.dVocabOut : 1;
}

/**
 * ACDC as in the code of its authors, with any number of thresholds in one pass: {@link legacyCuts} in
 * their order, judged by {@link metricScale} times the change of the faithfulness loss. Edges into what
 * no longer reaches the output are removed untested.
 *
 * With separate embeddings, an edge from the embeddings is removed where both are, and its change the larger
 * one; the faithfulness is that of the search, which may have removed one of both.
 *
 * `changes` of the outcomes are on that scale; `faithfulness` is not, so that it can be compared with
 * that of other algorithms. The change of an edge is that of the cut that removed it, or its own.
 *
 * Throws `E_TASK`, `E_ABLATION`, and `E_OPTION` for no thresholds or one that is NaN.
 */
export async function legacyAcdcSweep(
  task: DiscoveryTask,
  thresholds: readonly number[],
  context: DiscoveryContext,
  options: LegacyAcdcOptions = {},
): Promise<Omit<AcdcSweep, "order">> {
  assertTask(task);
  const { absolute = false, namesMode = "normal", indicesMode = "normal", seed = 0 } = options;
  const { separateEmbeddings = false } = options;
  const { nLayers, nHeads } = task.transformer.config;
  const graph = fullGraph({ nLayers, nHeads, separateEmbeddings });
  const key = Key.fromSeed(seed).fold("legacy acdc order");
  const cuts = legacyCuts(graph, { names: namesMode, indices: indicesMode, key });
  const scale = metricScale(task);
  const asked: CutSweepOptions = {
    cuts,
    thresholds,
    ablation: separateEmbeddings
      ? shuffledPositions(task, chosenAblation(options.ablation), context.backend)
      : options.ablation,
    rule: {
      measure: (change) => scale * (absolute ? Math.abs(change) : change),
      dropsUnreachable: true,
    },
  };
  const sweep = await sweepCuts(task, graph, asked, context);
  const changesOf = ({ threshold, group }: SweptThreshold) => {
    const changes = new Float64Array(graph.edges.length);
    const isRemoved = new Uint8Array(graph.edges.length);
    for (const [i, { edges }] of cuts.entries()) {
      const change = group.changes[i]!;
      for (const edge of edges) {
        if (isRemoved[edge] === 1) continue;
        changes[edge] = change;
        isRemoved[edge] = Math.fround(change) < Math.fround(threshold) ? 1 : 0;
      }
    }
    return changes;
  };
  const whole = fullGraph(task.transformer.config);
  const swept = sweep.swept.map((one) => ({
    ...one,
    group: {
      ...one.group,
      removed: Uint8Array.from(joined(graph, whole, one.group.removed, Math.min)),
    },
  }));
  const smallest = Float64Array.from(joined(graph, whole, sweep.smallest, Math.max));
  return sweptOutcomes(whole, { ...sweep, swept, smallest }, (one) => {
    const own = sweep.swept.find(({ threshold }) => threshold === one.threshold)!;
    return Float64Array.from(joined(graph, whole, changesOf(own), Math.max));
  });
}

/** Values of edges `[edge]` with embeddings merged; those of both embeddings become one. */
function joined(
  graph: ComputationalGraph,
  whole: ComputationalGraph,
  values: ArrayLike<number>,
  merge: (a: number, b: number) => number,
): number[] {
  const texts = new Map<string, number>();
  for (const { index, source, edge } of graph.edges) {
    const isEmbedding = graph.sources[source]!.depth === 0;
    const from = isEmbedding ? whole.sources[0]!.node : edge[0];
    const text = formatEdge([from, edge[1]]);
    const known = texts.get(text);
    texts.set(text, known === undefined ? values[index]! : merge(known, values[index]!));
  }
  return whole.edges.map(({ text }) => texts.get(text)!);
}
