import type { Key } from "../rng/index.ts";
import { mibAuroc } from "./budgets.ts";
import { fullGraph, type GraphShape } from "./graph.ts";
import type { Positives } from "./positives.ts";

/** What rankings without any merit, or with all of it, have by MIB's protocol. */
export interface MibRange {
  /** Of the ranking that puts every true edge last: about ¼, and not 0. */
  readonly worst: number;
  /** Of the one that puts them first: a little less than 1 where few edges are true. */
  readonly best: number;
  /** The mean of scores at random: a little more than ½. */
  readonly random: number;
  /** The same where edges into queries and keys have score 0: what there is to be gained by that alone. */
  readonly randomMutedQk: number;
}

/** Rankings at random that are averaged. */
const DRAWS = 10;

/**
 * The scale of {@link mibAuroc} for a truth: its ends, and its means over ten rankings at random, the queries' and
 * keys' edges muted or not. `undefined` where all edges of the graph are true, or none.
 *
 * @param positives true edges of the graph of `shape`, query, key and value apart
 */
export function mibRange(positives: Positives, shape: GraphShape, key: Key): MibRange | undefined {
  const { edges, destinations } = fullGraph(shape);
  const aurocOf = (score: (text: string, index: number) => number) =>
    mibAuroc(new Map(edges.map(({ text, index }) => [text, score(text, index)])), positives)?.auroc;
  const muted = edges.map(({ destination }) =>
    ["q", "k"].includes(destinations[destination]!.input),
  );
  const draws = Array.from({ length: DRAWS }, (_, draw) =>
    Float64Array.from(key.fold(draw).uniform(edges.length)),
  );
  const worst = aurocOf((text) => (positives.has(text) ? 1 : 2));
  const best = aurocOf((text) => (positives.has(text) ? 2 : 1));
  if (worst === undefined || best === undefined) return undefined;
  const meanOf = (score: (value: number, index: number) => number) =>
    draws.reduce((sum, draw) => sum + aurocOf((_, i) => score(draw[i]!, i))!, 0) / DRAWS;
  return {
    worst,
    best,
    random: meanOf((value) => value),
    randomMutedQk: meanOf((value, i) => (muted[i] ? 0 : value)),
  };
}
