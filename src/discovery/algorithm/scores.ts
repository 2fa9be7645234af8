import type { ComputationalGraph, ScoreMap } from "../../circuit/index.ts";

/** Scores of all edges of a graph: edge text → number, in the order of the graph. */
export type EdgeScores = ScoreMap;

/** Scores from their values, `[edge]` in the order of the graph. */
export function edgeScores(graph: ComputationalGraph, values: ArrayLike<number>): EdgeScores {
  return new Map(graph.edges.map(({ text, index }) => [text, values[index]!]));
}

/** The mean of several scores of everything that is ranked. */
export function meanScores(all: readonly ScoreMap[]): ScoreMap {
  const [first = new Map<string, number>()] = all;
  const meanOf = (text: string) =>
    all.reduce((sum, scores) => sum + scores.get(text)! / all.length, 0);
  return new Map(Array.from(first.keys(), (text) => [text, meanOf(text)]));
}
