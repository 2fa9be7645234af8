import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";
import { randomScores, scoresSeed } from "./random.ts";

/**
 * The baseline that knows one thing: the scores of `random`, but 0 for edges into queries and keys. Where the
 * truth names edges into values alone, as in MIB's circuit of the IOI model, that is most of what can be gained.
 */
export const randomMuted = defineEdgeRanking({
  name: "random-muted-qk",
  title: "Random scores, queries and keys muted",
  summary: "Scores edges at random, and those into queries and keys with 0.",
  reference: undefined,
  maturity: { tier: "baseline", verifiedOn: [] },
  formula: "That of `random`; 0 for edges into queries and keys",
  cost: { forward: "0", backward: "0" },
  ranking: () => ({ name: "random number, 0 for queries and keys" }),
  examples: [{ options: { edgeCount: 4 }, summary: "On case 3" }],
  options: scoresSeed,
  rank: (_task, { seed }, _context, { edges, destinations }) => {
    const scores = randomScores(seed, edges.length);
    const isMuted = (destination: number) => ["q", "k"].includes(destinations[destination]!.input);
    return {
      values: scores.map((score, i) => (isMuted(edges[i]!.destination) ? 0 : score)),
      evaluations: 0,
    };
  },
});
