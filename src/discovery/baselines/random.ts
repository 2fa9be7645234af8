import { Key } from "../../rng/index.ts";
import { seedOption } from "../algorithm/common-options.ts";
import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";

/** The seed of random scores. */
export const scoresSeed = seedOption("Seed of the scores");

/** Independent scores of so many edges, uniform from 0 to 1. */
export function randomScores(seed: number, count: number): Float64Array {
  return Float64Array.from(Key.fromSeed(seed).fold("random edges").uniform(count));
}

/** The baseline that looks at nothing: independent scores, uniform from 0 to 1. */
export const random = defineEdgeRanking({
  name: "random",
  title: "Random scores",
  summary: "Scores edges at random: what every algorithm has to beat.",
  reference: undefined,
  maturity: { tier: "baseline", verifiedOn: [] },
  formula: "A number from 0 to 1, of `seed` and the edge's place alone",
  cost: { forward: "0", backward: "0" },
  ranking: () => ({ name: "random number" }),
  examples: [{ options: { edgeCount: 4 }, summary: "On case 3" }],
  options: scoresSeed,
  rank: (_task, { seed }, _context, { edges }) => ({
    values: randomScores(seed, edges.length),
    evaluations: 0,
  }),
});
