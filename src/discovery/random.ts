import * as z from "zod/mini";
import { fullGraph } from "../circuit/index.ts";
import { Key } from "../rng/index.ts";
import { thresholdAdvice } from "./algorithm/advice.ts";
import { defineAlgorithm } from "./algorithm/algorithm.ts";
import { concludeDiscovery } from "./algorithm/conclude.ts";
import { option } from "./algorithm/options.ts";
import { edgeScores } from "./algorithm/scores.ts";
import { circuitSelector } from "./algorithm/selection.ts";
import { edgeSelection, withSelection } from "./algorithm/selection-options.ts";

/** The baseline that looks at nothing: independent scores, uniform from 0 to 1. */
export const random = defineAlgorithm({
  name: "random",
  title: "Random scores",
  summary: "Scores edges at random: what every algorithm has to beat.",
  reference: undefined,
  maturity: { tier: "baseline", verifiedOn: [] },
  formula: "A number from 0 to 1, of `seed` and the edge's place alone",
  cost: { forward: "0", backward: "0" },
  granularity: "qkv",
  selection: edgeSelection,
  paperSweep: () => ({ option: "threshold", from: "scores" }),
  ranking: () => ({ name: "random number" }),
  advice: thresholdAdvice,
  examples: [{ options: { edgeCount: 4 }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: withSelection({
    seed: option(z._default(z.int().check(z.gte(0)), 1234), "Seed of the scores", {
      origin: "InterpBench",
      isCommon: true,
    }),
  }),
  discover: async (task, options, context) => {
    const graph = fullGraph(task.transformer.config);
    const select = circuitSelector(graph, options);
    const values = Key.fromSeed(options.seed).fold("random edges").uniform(graph.edges.length);
    const scores = edgeScores(graph, values);
    const found = {
      scores,
      effects: undefined,
      evaluations: 0,
      backwardPasses: 0,
      select,
      ablation: options.ablation,
    };
    return concludeDiscovery(task, found, context);
  },
});
