import type { ComputationalGraph, ScoreMap } from "../../circuit/index.ts";

/** Scores of all edges of a graph: edge text → number, in the order of the graph. */
export type EdgeScores = ScoreMap;

/** Scores from their values, `[edge]` in the order of the graph. */
export function edgeScores(graph: ComputationalGraph, values: ArrayLike<number>): EdgeScores {
  return new Map(graph.edges.map(({ text, index }) => [text, values[index]!]));
}
