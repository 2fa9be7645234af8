import { formatNode, fullGraph } from "../../circuit/index.ts";
import { edgePlace } from "../../interventions/index.ts";
import type { AblationChoice } from "../algorithm/ablation-option.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import type { PositionScores } from "../algorithm/discovery.ts";
import { attributeWith } from "../attribution/attribute.ts";
import { CLEAN_END } from "../attribution/interpolation.ts";
import { maskPath } from "../attribution/paths/masks.ts";
import type { LossName } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { CROSSING_INPUTS, crossingHook, positionEffects } from "./crossings.ts";
import { AGGREGATES, type Aggregate, type Span, spansOf } from "./spans.ts";

/** What is measured at positions. */
export interface PositionOptions {
  readonly loss: LossName;
  readonly ablation?: AblationChoice;
  /** Where spans begin; default: every position. */
  readonly spans?: readonly number[] | undefined;
  readonly within: Aggregate;
}

/**
 * The effects of edges at spans of positions, and of what heads take from a span for the same or another: to
 * first order in the loss, at the clean run. Of a causal transformer a head takes nothing from later spans.
 */
export async function measurePositions(
  task: DiscoveryTask,
  { loss, ablation, spans: starts, within }: PositionOptions,
  context: DiscoveryContext,
): Promise<PositionScores> {
  const { config } = task.transformer;
  const { positions } = task;
  const spans = spansOf(starts, positions);
  const effects = await attributeWith(positionEffects, task, loss, maskPath(CLEAN_END), context, {
    ablation,
  });
  const aggregate = AGGREGATES[within];
  const ofSpan = ({ start, end }: Span, at: (position: number) => number) =>
    aggregate(Array.from({ length: end - start }, (_, i) => at(start + i)));
  const graph = fullGraph(config);
  const edges = graph.edges.flatMap((edge) => {
    const { hook, at } = edgePlace(graph, edge);
    const [from, to] = edge.edge.map(formatNode) as [string, string];
    return spans.map((span) => ({
      from,
      to,
      span: span.start,
      score: ofSpan(span, (position) => effects.get(hook)![at * positions + position]!),
    }));
  });
  const isCausal = config.attentionDir === "causal";
  const heads = graph.sources.flatMap(({ node }) => (node.head === null ? [] : [node]));
  const crossings = heads.flatMap(({ hook, head }) =>
    CROSSING_INPUTS.flatMap((input) => {
      const own = effects.get(crossingHook(Number(hook.split(".")[1]), input))!;
      const at = (query: number, key: number) =>
        own[(head! * positions + query) * positions + key]!;
      const pairs = spans.flatMap((target) =>
        spans
          .filter((source) => !isCausal || source.start <= target.start)
          .map((source) => ({ source, target })),
      );
      return pairs.map(({ source, target }) => ({
        head: formatNode({ hook, head }),
        input,
        source: source.start,
        target: target.start,
        score: aggregate(
          Array.from({ length: target.end - target.start }, (_, q) =>
            Array.from({ length: source.end - source.start }, (_k, k) =>
              at(target.start + q, source.start + k),
            ),
          ).flat(),
        ),
      }));
    }),
  );
  return { spans: spans.map(({ start }) => start), edges, crossings };
}
