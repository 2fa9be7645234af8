import { formatNode, readerOf } from "../../circuit/index.ts";
import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";

/**
 * The baseline that knows the shape of the transformer alone: an edge between components with many edges
 * ranks high (preferential attachment), whatever the weights are.
 */
export const degree = defineEdgeRanking({
  name: "degree",
  title: "Degrees",
  summary: "Scores an edge by the number of edges at both of its ends, whatever the weights.",
  reference: undefined,
  maturity: { tier: "baseline", verifiedOn: [] },
  formula: "The number of edges at the component of u times that at the component of v, over E",
  cost: { forward: "0", backward: "0" },
  ranking: () => ({ name: "product of degrees" }),
  examples: [{ options: { edgeCount: 4 }, summary: "On case 3" }],
  options: {},
  rank: (_task, _options, _context, { edges }) => {
    const ends = edges.map(({ edge }) => [formatNode(edge[0]), readerOf(edge)] as const);
    const degrees = new Map<string, number>();
    for (const end of ends.flat()) degrees.set(end, (degrees.get(end) ?? 0) + 1);
    return {
      values: ends.map(([from, to]) => (degrees.get(from)! * degrees.get(to)!) / edges.length),
      evaluations: 0,
    };
  },
});
