import * as z from "zod/mini";
import { componentScores, fullGraph } from "../../circuit/index.ts";
import { allAblations, getAblation } from "../../interventions/index.ts";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { concludeDiscovery } from "../algorithm/conclude.ts";
import { circuitNeeds } from "../algorithm/edge-ranking.ts";
import { effectRanking, magnitudeOptions, magnitudes } from "../algorithm/magnitude.ts";
import { option } from "../algorithm/options.ts";
import { nodeCircuitSelector } from "../algorithm/selection.ts";
import { nodeSelection, withNodeSelection } from "../algorithm/selection-options.ts";
import { lossAnswers } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { JUDGES, type Judge, SIGNS } from "./choices.ts";

/** How outputs are judged unless it is said: by answers, if they are classes. */
const judgeOf = (judge: Judge | undefined, { categorical }: DiscoveryTask): Judge =>
  judge ?? (categorical ? "difference" : "share");

/**
 * Contextual decomposition for transformers: what part of the output a head is responsible for, by carrying two
 * parts of every tensor forward, the one that comes of the head's difference from its mean, and the rest. No
 * gradients, and no runs but the clean one's. The library decomposes heads; MLPs are sources here, too.
 */
export const cdt = defineAlgorithm({
  name: "cd-t",
  title: "Contextual decomposition (CD-T)",
  summary: "Carries forward what part of the output each head and MLP is responsible for.",
  reference: {
    text: "Hsu et al. 2024, Efficient Automated Circuit Discovery in Transformers using Contextual Decomposition",
    url: "https://arxiv.org/abs/2407.00886",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: ["exact effects where the transformer is linear"],
  },
  formula:
    "rel(right) − rel(wrong) at the outputs, or Σ|rel| / Σ(|rel| + |irrel|); rel starts as C(u) − its mean, irrel is the rest, and every operation carries both",
  cost: {
    forward: "2 + H + B",
    backward: "0",
    note: "A decomposed pass costs about two ordinary ones; with `positions` each one for every position",
  },
  granularity: "head",
  ranks: "nodes",
  needs: {
    of: ({ judge, reference, ...options }, task) => ({
      ...circuitNeeds(options),
      ...(getAblation(reference).needsCorrupted ? { corruptedInputs: true } : {}),
      ...(judgeOf(judge, task) === "share" ? {} : { answers: lossAnswers(task, "avg_diff") }),
    }),
  },
  selection: nodeSelection,
  ranking: (options) =>
    options.rounds === 1
      ? effectRanking(options)
      : { shown: "effects", name: "round in which it was taken, and relevance there" },
  advice: thresholdAdvice,
  looksBeyondCleanRun: true,
  examples: [{ options: { nodeCount: 2 }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: withNodeSelection({
    judge: option(
      z.optional(z.enum(JUDGES)),
      "What is taken of the outputs: the difference of what is right and wrong, or the share of the source in them",
      { defaultText: "difference for classes, share for numbers", origin: "CD-T" },
    ),
    reference: option(
      z._default(z.enum(allAblations().map(({ name }) => name)), "meanPositional"),
      "What a source is compared with, by the name of an ablation",
      { origin: "CD-T" },
    ),
    positions: option(
      z._default(z.enum(["together", "each"]), "together"),
      "Decompose a source at all positions together, or at each by itself, and add up",
    ),
    rounds: option(
      z._default(z.int().check(z.gte(1), z.lte(1000)), 1),
      "Rounds of a search backwards: first for the outputs, then for what the last round has taken",
      { unit: "rounds" },
    ),
    perRound: option(
      z._default(z.int().check(z.gte(1)), 2),
      "Nodes that each of several rounds takes",
      { unit: "nodes", origin: "CD-T" },
    ),
    signs: option(
      z._default(z.enum(SIGNS), "resolve"),
      "Give the sum to the larger part where parts have different signs, or keep both",
      { origin: "CD-T" },
    ),
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const graph = fullGraph(task.transformer.config);
    const select = nodeCircuitSelector(graph, options);
    const { measureRelevances } = await import("./relevance.ts");
    const judge = judgeOf(options.judge, task);
    const relevances = await measureRelevances(task, { ...options, judge }, context);
    const { of, evaluations } = relevances;
    const sumOf = (size: (x: number) => number) =>
      Float64Array.from(of, (cases) => cases.reduce((sum, { output }) => sum + size(output), 0));
    const effects = sumOf((x) => x);
    const own = magnitudes(sumOf(options.absolute ? Math.abs : (x) => x), options);
    const { searchScores } = await import("./rounds.ts");
    const scores = options.rounds === 1 ? own : searchScores(own, relevances, options);
    const found = {
      scores: componentScores(graph, scores),
      effects: componentScores(graph, effects),
      evaluations,
      backwardPasses: 0,
      select,
      ablation: options.ablation,
    };
    return concludeDiscovery(task, found, context);
  },
});
