import {
  edgesByNodes,
  fullGraph,
  type GraphShape,
  graphCircuit,
  type HeadScores,
  headCircuit,
  mergeScores,
  type ScoreMap,
} from "../circuit/index.ts";
import type { Discovery } from "./algorithm/discovery.ts";

/** Numbers of a discovery as numbers of all edges: those of an edge between nodes are the smaller one's. */
export function numbersOfEdges(
  numbers: ScoreMap,
  { ranks }: Pick<Discovery, "ranks">,
  shape: GraphShape,
): ScoreMap {
  if (ranks === "edges") return numbers;
  return edgesByNodes(numbers, graphCircuit(fullGraph(shape)));
}

/**
 * The ranking of a discovery at head granularity, of edges and of nodes, whichever of them it ranks: a
 * node has the largest score of its edges, an edge the smaller score of its nodes.
 */
export function rankingAtHeads(
  { ranking, ranks }: Pick<Discovery, "ranking" | "ranks">,
  shape: GraphShape,
): Pick<HeadScores, "edges" | "nodes"> {
  if (ranks === "edges") return mergeScores(ranking, fullGraph(shape));
  return { edges: edgesByNodes(ranking, headCircuit(shape)), nodes: ranking };
}
