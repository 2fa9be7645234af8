import * as z from "zod/mini";
import type { ComputationalGraph, ScoreMap } from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import type { Algorithm } from "../algorithm/algorithm.ts";
import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";
import { option } from "../algorithm/options.ts";
import { basesOption, combinationSeed, discoverBase, needsOfBases, parseBase } from "./bases.ts";

/** How several numbers of one edge become one. */
const COMBINATIONS = {
  mean: (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length,
  min: (values: readonly number[]) => Math.min(...values),
  max: (values: readonly number[]) => Math.max(...values),
  weighted: (values: readonly number[], weights: readonly number[]) =>
    values.reduce((sum, value, i) => sum + weights[i]! * value, 0),
} as const;

type Combination = keyof typeof COMBINATIONS;

/** What rankings are made comparable by. */
const SCALES = ["none", "reader", "largest"] as const;

/** The numbers of a ranking, `[edge]`, on a scale that others have, too. */
function scaled(
  ranking: ScoreMap,
  { edges, destinations }: ComputationalGraph,
  scale: (typeof SCALES)[number],
): number[] {
  const values = edges.map(({ text }) => ranking.get(text)!);
  if (scale === "none") return values;
  if (scale === "largest") {
    const largest = Math.max(...values.map(Math.abs)) || 1;
    return values.map((value) => value / largest);
  }
  const sums = new Float64Array(destinations.length);
  for (const { index, destination } of edges) sums[destination]! += Math.abs(values[index]!);
  return values.map((value, i) => value / (sums[edges[i]!.destination] || 1));
}

/**
 * A parallel ensemble: the numbers of several rankings of the same edges, combined edge by edge.
 *
 * @param known the algorithms that can be combined
 */
export const parallelEnsemble = (known: readonly Algorithm[]) =>
  defineEdgeRanking({
    name: "parallel-ensemble",
    title: "Parallel ensemble",
    summary: "Combines the rankings of several algorithms, edge by edge.",
    reference: {
      text: "MIB shared task 2025, parallel ensembles (cisnlp/MIB-circuit-track)",
      url: "https://github.com/cisnlp/MIB-circuit-track",
    },
    maturity: { tier: "experimental", verifiedOn: [] },
    formula:
      "The mean, least, greatest, or weighted sum of the numbers by which the algorithms rank the edge; with `scale` reader those into each reader are divided by the sum of their sizes first",
    cost: { forward: "the sum of those of `of`", backward: "the sum of those of `of`" },
    needs: needsOfBases(known),
    ranking: ({ combine }) => ({ name: `${combine} of the rankings` }),
    examples: [
      {
        options: { of: ["eap", "exact"], scale: "reader", edgeCount: 4 },
        summary: "Gradients and runs together",
      },
    ],
    options: {
      ...combinationSeed,
      ...basesOption(["eap", "ifr"], "The algorithms whose rankings are combined"),
      combine: option(
        z._default(z.enum(Object.keys(COMBINATIONS) as [Combination, ...Combination[]]), "mean"),
        "How the numbers of an edge become one",
      ),
      weights: option(
        z.optional(z.array(z.number()).check(z.minLength(1))),
        "What each ranking counts, in the order of their names; for combine weighted",
      ),
      scale: option(
        z._default(z.enum(SCALES), "largest"),
        "Divide rankings by their largest number, or those of each reader's edges by their sum, before they are combined",
      ),
    },
    rank: async (task, { of, combine, weights, scale, ...common }, context, graph) => {
      const bases = of.map((text) => parseBase(text, known, common));
      const shares = weightsOf(combine, weights, bases.length);
      const columns: number[][] = [];
      let [evaluations, backwardPasses] = [0, 0];
      for (const base of bases) {
        const { ranking, diagnostics } = await discoverBase(base, task, context);
        columns.push(scaled(ranking, graph, scale));
        evaluations += diagnostics.evaluations;
        backwardPasses += diagnostics.backwardPasses;
      }
      const combined = COMBINATIONS[combine];
      const values = graph.edges.map((_, i) =>
        combined(
          columns.map((column) => column[i]!),
          shares,
        ),
      );
      return { values, evaluations, backwardPasses };
    },
  });

/** A weight for each ranking. `E_OPTION` for another number of them, or where they mean nothing. */
function weightsOf(
  combine: Combination,
  weights: readonly number[] | undefined,
  count: number,
): readonly number[] {
  const wanted = combine === "weighted" ? count : 0;
  if ((weights?.length ?? 0) === wanted) return weights ?? [];
  throw new InterpBenchError("E_OPTION", "the weights do not fit the rankings", {
    at: "weights",
    expected: wanted === 0 ? `none, with combine ${combine}` : `${wanted}, one for each ranking`,
    received: weights === undefined ? "none" : `${weights.length}`,
  });
}
