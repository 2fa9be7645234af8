import { InterpBenchError } from "../errors/index.ts";
import { circuitOf } from "./circuit.ts";
import type { ScoreMap } from "./merge.ts";
import { parseEdge } from "./node.ts";
import { assertCount, type ChosenEdges, takeLargest } from "./select.ts";

/** Choices that look at the sign of what was measured, besides the scores. */
export interface PositiveShare {
  /** By how much cutting each edge raises the loss: what is positive, the circuit needs. */
  readonly effects: ScoreMap;
  /** ρ: the share of a circuit's edges, from 0 to 1, that are kept for positive ones. */
  readonly share: number;
}

/** How many of `count` edges are to be positive: ⌊ρ·count⌋, or all positive ones there are. */
export function positiveCount({ effects, share }: PositiveShare, count: number): number {
  const positives = [...effects.values()].filter((effect) => effect > 0).length;
  return Math.min(Math.floor(share * count), positives);
}

/**
 * `count` edges of which a share is positive (PNR, the positive-negative ratio): first the ⌊ρ·count⌋ edges with
 * the largest positive effects, then the rest by their scores. ρ = 0 is the ranking by scores, ρ = 1 that by
 * effects, as long as there are positive ones. Of equal scores those that come first are taken.
 *
 * `E_SCORE` if there are not so many, or a score is NaN.
 */
export function positiveFirst(
  scores: ScoreMap,
  count: number,
  positive: PositiveShare,
): ChosenEdges {
  assertCount(scores, count, "edges");
  assertEffects(scores, positive.effects);
  const first = takeLargest(positive.effects, positiveCount(positive, count), "edges");
  const chosen = new Set(first.taken);
  const others = new Map([...scores].filter(([text]) => !chosen.has(text)));
  const rest = takeLargest(others, count - chosen.size, "edges");
  const taken = [...first.taken, ...rest.taken];
  return { circuit: circuitOf(taken.map(parseEdge)), tie: rest.tie ?? first.tie };
}

/** Throws `E_SCORE` unless every edge with a score has an effect. */
export function assertEffects(scores: ScoreMap, effects: ScoreMap): void {
  const without = [...scores.keys()].find((text) => !effects.has(text));
  if (without === undefined) return;
  throw new InterpBenchError("E_SCORE", "an edge has no effect", {
    expected: "a number for each edge that has a score",
    at: without,
  });
}
