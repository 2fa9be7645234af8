import { expandToQkv } from "../../circuit/index.ts";
import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";

/**
 * The baseline that nothing can beat: the truth itself, in which an edge between two components stands
 * for those into query, key and value.
 */
export const groundTruthRanking = defineEdgeRanking({
  name: "truth",
  title: "The truth",
  summary: "Scores true edges with 1 and all others with 0: what every algorithm is measured by.",
  reference: undefined,
  maturity: { tier: "baseline", verifiedOn: [] },
  formula: "1 for edges of the true circuit, in each of query, key and value, 0 for others",
  cost: { forward: "0", backward: "0" },
  needs: { truth: true },
  ranking: () => ({ name: "membership in the truth" }),
  examples: [{ options: { threshold: 0.5 }, summary: "On case 3" }],
  options: {},
  rank: ({ truth }, _options, _context, graph) => {
    const expanded = expandToQkv(truth!, graph);
    return {
      values: graph.edges.map(({ text }) => (expanded.edges.has(text) ? 1 : 0)),
      evaluations: 0,
    };
  },
});
