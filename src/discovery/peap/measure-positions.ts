import { formatNode, fullGraph } from "../../circuit/index.ts";
import { edgePlace, type Steps } from "../../interventions/index.ts";
import type { HookName } from "../../transformer/index.ts";
import type { AblationChoice } from "../algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
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
 * first order in the loss, at the clean run. What a head takes from a span is exchanged at all of its positions at once,
 * and its effects at the positions for which it is taken become one as those of edges do. Of a causal transformer a head
 * takes nothing from later spans.
 */
export async function measurePositions(
  task: DiscoveryTask,
  { loss, ablation, spans: starts, within }: PositionOptions,
  context: DiscoveryContext,
): Promise<PositionScores> {
  const { positions } = task;
  const spans = spansOf(starts, positions);
  const effects = await attributeWith(
    positionEffects(spans),
    task,
    loss,
    maskPath(CLEAN_END),
    context,
    {
      ablation,
    },
  );
  return inTurns(scoreSteps(task, effects, spans, AGGREGATES[within]), context);
}

/** What the effects by hook point and position say of edges and heads at spans. */
function* scoreSteps(
  { transformer: { config }, positions }: DiscoveryTask,
  effects: ReadonlyMap<HookName, Float64Array>,
  spans: readonly Span[],
  aggregate: (values: readonly number[]) => number,
): Steps<PositionScores> {
  const ofSpan = ({ start, end }: Span, at: (position: number) => number) =>
    aggregate(Array.from({ length: end - start }, (_, i) => at(start + i)));
  const graph = fullGraph(config);
  const edges: PositionScores["edges"][number][] = [];
  for (const edge of graph.edges) {
    yield edge.index / graph.edges.length;
    const { hook, at } = edgePlace(graph, edge);
    const [from, to] = edge.edge.map(formatNode) as [string, string];
    for (const span of spans) {
      const score = ofSpan(span, (position) => effects.get(hook)![at * positions + position]!);
      edges.push({ from, to, span: span.start, score });
    }
  }
  const isCausal = config.attentionDir === "causal";
  const heads = graph.sources.flatMap(({ node }) => (node.head === null ? [] : [node]));
  const crossings: PositionScores["crossings"][number][] = [];
  for (const { hook, head } of heads) {
    for (const input of CROSSING_INPUTS) {
      yield 1;
      const own = effects.get(crossingHook(Number(hook.split(".")[1]), input))!;
      const taken = (query: number, source: number) =>
        own[(head! * positions + query) * spans.length + source]!;
      for (const target of spans) {
        for (const [index, source] of spans.entries()) {
          if (isCausal && source.start > target.start) continue;
          crossings.push({
            head: formatNode({ hook, head }),
            input,
            source: source.start,
            target: target.start,
            score: ofSpan(target, (query) => taken(query, index)),
          });
        }
      }
    }
  }
  return { spans: spans.map(({ start }) => start), edges, crossings };
}
