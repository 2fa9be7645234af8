import type { ScoreMap } from "../../../src/circuit/index.ts";
import type { Engine } from "../../engine/client.ts";
import type { CircuitFacts } from "../circuit/facts.ts";
import type { Subject } from "../contract.ts";

/** Where no result ranks edges each is ablated by itself, or, of so many that it takes its time, approximately so. */
const MOST_EXACT = 2000;
const DATA = { seed: 1234, size: 100 } as const;

/** A ranking of edges with q, k and v inputs told apart, and what it is called. */
export interface EdgeRanking {
  readonly name: string;
  readonly by: ScoreMap;
  /** What was measured, with its sign. */
  readonly shown: ScoreMap;
}

/** The ranking of the result, or one that is made in the page. */
export async function edgeRanking(
  engine: Engine,
  { model }: Subject,
  { ranking, algorithm, whole }: CircuitFacts,
  signal: AbortSignal,
): Promise<EdgeRanking> {
  if (ranking !== undefined) {
    const { name, by, shown } = ranking;
    return { name: `${name} (${algorithm ?? "the result"})`, by: by.qkv, shown: shown.qkv };
  }
  const usual = whole.qkv.edges.size <= MOST_EXACT ? "exact" : "eap";
  const input = { model: model.ref, algorithm: usual, ...DATA };
  const found = await engine.call("discover", input, { signal });
  return {
    name: `${found.rankedBy} (${usual}, on ${DATA.size} pairs, in this page)`,
    by: new Map(found.ranking),
    shown: new Map(found.shown),
  };
}
