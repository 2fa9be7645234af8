import {
  type Circuit,
  circuitTexts,
  expandToQkv,
  formatEdge,
  fullGraph,
  graphCircuit,
  headEdges,
  type ScoreMap,
} from "../../circuit/index.ts";
import { SIGN_OBSTACLE } from "../../discovery/index.ts";
import type { CircuitDocument } from "../../formats/index.ts";
import { type GivenRanking, givenScore } from "./given-ranking.ts";

/** How the scores of a circuit file rank. */
export interface FileRankingOptions {
  /** Whether signed scores rank by their value, and not by their size. Default false. */
  readonly signed?: boolean;
}

/**
 * The ranking of a circuit file: by the scores of its nodes or of its edges, or by what is in the circuit where it
 * has none. Edges into query, key and value have the score of the one between heads and MLPs that stands for them.
 */
export function rankingOfCircuit(
  document: CircuitDocument,
  name: string,
  { signed = false }: FileRankingOptions = {},
): GivenRanking {
  const { granularity, shape, scores, nodeScores } = document;
  const graph = fullGraph(shape);
  const circuit = granularity === "qkv" ? document.circuit : expandToQkv(document.circuit, graph);
  const count = circuit.edges.size;
  const isSelection = count > 0 && count < graph.edges.length;
  const numbers = nodeScores ?? scores;
  const sized = (score: number) => (signed ? score : Math.abs(score));
  const values =
    numbers === undefined
      ? new Map(graph.edges.map(({ text }) => [text, circuit.edges.has(text) ? 1 : 0]))
      : new Map(Array.from(numbers, ([item, score]) => [item, sized(score)]));
  const spread =
    nodeScores === undefined && scores !== undefined && granularity === "head"
      ? spreadToGraph(values, graphCircuit(graph))
      : values;
  const rankedBy = signed ? "signed score" : "size of the score";
  const { nLayers, nHeads, attnOnly } = shape;
  const { nodes, edges } = circuitTexts(circuit);
  return {
    name,
    shape: { nLayers, nHeads, ...(attnOnly === undefined ? {} : { attnOnly }) },
    ranks: nodeScores === undefined ? "edges" : "nodes",
    rankedBy: numbers === undefined ? "membership in the circuit" : rankedBy,
    ...(signed && numbers !== undefined ? { obstacle: SIGN_OBSTACLE } : {}),
    scores: Array.from(spread, ([item, score]) => givenScore(item, score)),
    circuits: isSelection
      ? [
          {
            setting: { name: "edgeCount", value: count },
            nodes: [...nodes],
            edges: edges.map(([from, to]) => [from, to]),
          },
        ]
      : [],
  };
}

/** Scores of edges between heads and MLPs on all edges of the graph; what has none there has the least. */
function spreadToGraph(scores: ScoreMap, whole: Circuit): ScoreMap {
  const least = Math.min(...scores.values());
  const places = headEdges(whole);
  return new Map(
    Array.from(whole.edges.keys(), (text) => {
      const place = places.get(text);
      return [text, place === undefined ? least : scores.get(formatEdge(place))!];
    }),
  );
}
