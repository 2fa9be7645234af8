import type { ComputationalGraph, ScoreMap } from "../../circuit/index.ts";
import { edgePlace } from "../../interventions/index.ts";
import { meanOf } from "../../statistics/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import { logistic, STRETCH, TEMPERATURE } from "../masks/hard-concrete.ts";
import { maskSlots } from "../masks/masked-run.ts";
import { readWriteScheme } from "../masks/read-write-scheme.ts";

/** How ranks become the probabilities by which masks start. */
export interface WarmStart {
  /** The mean probability to be kept. */
  readonly keep: number;
  /** τ: how sharply ranks decide. */
  readonly temperature: number;
}

const [LOW, HIGH] = STRETCH;
/** How much of the probability is the same for all, so that no mask starts at an end. */
const UNIFORM = 0.03;
/** What the readers at both ends of the transformer are given besides. */
const ENDS_BONUS = 0.15;

/** The place of each edge among those into the same sublayer by size, 0 smallest to 1 largest. */
export function layerRanks(sizes: ScoreMap, graph: ComputationalGraph): Float64Array {
  const ranks = new Float64Array(graph.edges.length);
  const depths = new Set(graph.destinations.map(({ depth }) => depth));
  for (const depth of depths) {
    const own = graph.edges
      .filter(({ destination }) => graph.destinations[destination]!.depth === depth)
      .sort((a, b) => sizes.get(a.text)! - sizes.get(b.text)!);
    for (const [place, { index }] of own.entries()) {
      ranks[index] = own.length === 1 ? 1 : place / (own.length - 1);
    }
  }
  return ranks;
}

/** Probabilities σ((r − b)/τ) of ranks, with the b by which their mean is `keep`, found by bisection. */
export function keepProbabilities(
  ranks: Float64Array,
  { keep, temperature }: WarmStart,
): Float64Array {
  const at = (b: number) => ranks.map((rank) => logistic((rank - b) / temperature));
  let [low, high] = [-100 * temperature - 1, 100 * temperature + 1];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (meanOf([...at(middle)]) > keep) low = middle;
    else high = middle;
  }
  return at((low + high) / 2);
}

/**
 * Mask logits of Edge Pruning with those of edges from a ranking: T·logit((p − l)/(r − l)) of the probability p
 * that the rank within the sublayer gives; masks of sources stay as they are.
 */
export function warmLogits(
  own: Float64Array,
  sizes: ScoreMap,
  graph: ComputationalGraph,
  config: TransformerConfig,
  warm: WarmStart,
): Float64Array {
  const starts = new Map(
    maskSlots(readWriteScheme, config).map(({ hook, start }) => [hook, start]),
  );
  const probabilities = keepProbabilities(layerRanks(sizes, graph), warm);
  const last = graph.destinations.at(-1)!.depth;
  const logits = Float64Array.from(own);
  for (const edge of graph.edges) {
    const { hook, at } = edgePlace(graph, edge);
    const p = (1 - UNIFORM) * probabilities[edge.index]! + UNIFORM / 2;
    const share = (p - LOW) / (HIGH - LOW);
    const { depth } = graph.destinations[edge.destination]!;
    const isEnd = depth <= 2 || depth === last;
    logits[starts.get(hook)! + at] =
      TEMPERATURE * Math.log(share / (1 - share)) + (isEnd ? ENDS_BONUS : 0);
  }
  return logits;
}
