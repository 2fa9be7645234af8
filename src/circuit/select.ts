import { InterpBenchError } from "../errors/index.ts";
import { type Circuit, circuitOf } from "./circuit.ts";
import type { ScoreMap } from "./merge.ts";
import { formatNode, parseEdge } from "./node.ts";
import { isOutput, readerOf } from "./paths.ts";

/** Edges of equal score of which only some were taken: their order in the graph decided. */
export interface Tie {
  readonly score: number;
  /** How many edges have that score and could have been taken. */
  readonly tied: number;
  /** How many of these were. */
  readonly taken: number;
}

/** A number of edges that were chosen by their scores. */
export interface ChosenEdges {
  readonly circuit: Circuit;
  /** `undefined` if the scores alone decided. */
  readonly tie: Tie | undefined;
}

/**
 * The `count` edges with the largest scores (`apply_topn` of EAP-IG and MIB). Of equal ones those
 * that come first in `scores` are taken.
 *
 * `E_SCORE` if there are not so many, or a score is NaN.
 */
export function topEdges(scores: ScoreMap, count: number): ChosenEdges {
  const { taken, tie } = takeLargest(scores, count, "edges");
  return { circuit: circuitOf(taken.map(parseEdge)), tie };
}

/** The `count` keys with the largest scores: what {@link topEdges} does, of any `things`. */
export function takeLargest(
  scores: ScoreMap,
  count: number,
  things: string,
): { readonly taken: readonly string[]; readonly tie: Tie | undefined } {
  assertCount(scores, count, things);
  const ranked = [...scores].sort(([, a], [, b]) => (a === b ? 0 : b > a ? 1 : -1));
  const taken = ranked.slice(0, count);
  const last = taken.at(-1)?.[1];
  const isTied = last !== undefined && ranked[count]?.[1] === last;
  const withScore = (some: typeof ranked) => some.filter(([, score]) => score === last).length;
  return {
    taken: taken.map(([text]) => text),
    tie: isTied ? { score: last, tied: withScore(ranked), taken: withScore(taken) } : undefined,
  };
}

interface Candidate {
  readonly text: string;
  readonly score: number;
  readonly from: string;
  readonly to: string;
}

/**
 * `count` edges, grown from the output backwards (`apply_greedy` of EAP-IG and MIB): of all edges
 * into components that are in the circuit, the one with the largest score is taken, and its source
 * is in the circuit from then on. So every edge leads to the output; some may come from components
 * that nothing enters. Of equal ones the first in `scores` is taken.
 *
 * @param scores of all edges of a graph between components, at any granularity
 *
 * `E_SCORE` if there are not so many edges that reach the output, or a score is NaN.
 */
export function greedyEdges(scores: ScoreMap, count: number): ChosenEdges {
  const { taken, left, since } = grow(scores, count);
  return {
    circuit: circuitOf(taken.map(({ text }) => parseEdge(text))),
    tie: tieOf(taken, left, since),
  };
}

/** The edges of {@link greedyEdges} in the order in which they are taken: the first n are those of a smaller count. */
export function greedyOrder(scores: ScoreMap, count: number): string[] {
  return grow(scores, count).taken.map(({ text }) => text);
}

/** Edges that were grown, those that could have been taken instead, and since when components are in. */
interface Growth {
  readonly taken: readonly Candidate[];
  readonly left: readonly Candidate[];
  /** Component → the number of edges that were taken before it came in. */
  readonly since: ReadonlyMap<string, number>;
}

function grow(scores: ScoreMap, count: number): Growth {
  assertCount(scores, count, "edges");
  const into = new Map<string, Candidate[]>();
  for (const [text, score] of scores) {
    const edge = parseEdge(text);
    const to = readerOf(edge);
    into.set(to, [...(into.get(to) ?? []), { text, score, from: formatNode(edge[0]), to }]);
  }
  const place = new Map([...scores.keys()].map((text, i) => [text, i]));
  const isBetter = (a: Candidate, b: Candidate) =>
    a.score > b.score || (a.score === b.score && place.get(a.text)! < place.get(b.text)!);
  const since = new Map<string, number>();
  const left: Candidate[] = [];
  const enter = (component: string, step: number) => {
    if (since.has(component)) return;
    since.set(component, step);
    left.push(...(into.get(component) ?? []));
  };
  for (const component of into.keys()) if (isOutput(component)) enter(component, 0);
  const taken: Candidate[] = [];
  while (taken.length < count) {
    if (left.length === 0) {
      throw new InterpBenchError("E_SCORE", "there are not so many edges that reach the output", {
        expected: `at most ${taken.length}`,
        received: String(count),
      });
    }
    let best = 0;
    for (let i = 1; i < left.length; i++) if (isBetter(left[i]!, left[best]!)) best = i;
    const [next] = left.splice(best, 1);
    taken.push(next!);
    enter(next!.from, taken.length);
  }
  return { taken, left, since };
}

/** A tie between edges that were taken and edges that could have been taken in their place. */
function tieOf(
  taken: readonly Candidate[],
  left: readonly Candidate[],
  since: ReadonlyMap<string, number>,
): Tie | undefined {
  for (const { score, to } of left) {
    const rivals = taken.filter((other, step) => other.score === score && step >= since.get(to)!);
    if (rivals.length === 0) continue;
    const others = left.filter((other) => other.score === score);
    return { score, tied: rivals.length + others.length, taken: rivals.length };
  }
  return undefined;
}

/** Throws `E_SCORE` unless so many of the scored things can be chosen, and no score is NaN. */
export function assertCount(scores: ScoreMap, count: number, things: string): void {
  const broken = [...scores].find(([, score]) => Number.isNaN(score));
  if (broken !== undefined) {
    throw new InterpBenchError("E_SCORE", "a score is NaN", {
      expected: "a number",
      at: broken[0],
    });
  }
  if (Number.isInteger(count) && count >= 0 && count <= scores.size) return;
  throw new InterpBenchError("E_SCORE", `there are not so many ${things}`, {
    expected: `a whole number from 0 to ${scores.size}`,
    received: String(count),
  });
}
