import * as z from "zod/mini";
import { abs, mean } from "../../engine/index.ts";
import { asSources } from "../../interventions/index.ts";
import { sourceHooks } from "../../transformer/index.ts";
import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";
import { option } from "../algorithm/options.ts";
import { measureCleanRun } from "./clean-run.ts";

/** What is averaged: activations with their sign, or their sizes. */
const AVERAGES = ["signed", "absolute"] as const;

/**
 * Activation magnitude: an edge counts as much as its source writes, whoever reads it. As in AutoCircuit
 * the mean is taken first and its size after, so that what is as often positive as negative counts
 * nothing; `average: "absolute"` is the mean size.
 */
export const activationMagnitude = defineEdgeRanking({
  name: "activation",
  title: "Activation magnitude",
  summary: "Scores an edge by the size of what its source writes.",
  reference: {
    text: "Miller, Chughtai & Saunders 2024, Transformer Circuit Faithfulness Metrics are not Robust (AutoCircuit)",
    url: "https://arxiv.org/abs/2407.08734",
  },
  maturity: { tier: "experimental", verifiedOn: [] },
  formula:
    "|mean of C(u) over rows, positions and dimensions|, or the mean of |C(u)| with `average` absolute",
  cost: { forward: "1", backward: "0" },
  ranking: () => ({ name: "size of the source's output" }),
  examples: [{ options: { edgeCount: 4 }, summary: "On case 3" }],
  options: {
    average: option(
      z._default(z.enum(AVERAGES), "signed"),
      "Whether activations are averaged with their sign, and the size taken of the mean, or their sizes",
      { origin: "AutoCircuit" },
    ),
  },
  rank: async (task, { average }, context, { edges }) => {
    const hooks = sourceHooks(task.transformer.config);
    const measured = await measureCleanRun(task, context, hooks, (at) => {
      return new Map(
        hooks.map((hook) => {
          const written = asSources(at(hook));
          return [hook, mean(mean(average === "absolute" ? abs(written) : written, 2), 1)];
        }),
      );
    });
    const ofSource = hooks.flatMap((hook) => [...measured.get(hook)!].map(Math.abs));
    return { values: edges.map(({ source }) => ofSource[source]!), evaluations: 1 };
  },
});
