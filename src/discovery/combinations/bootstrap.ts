import * as z from "zod/mini";
import { pace } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { meanOf } from "../../statistics/index.ts";
import type { Algorithm } from "../algorithm/algorithm.ts";
import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";
import { option } from "../algorithm/options.ts";
import { baseOption, combinationSeed, discoverBase, needsOfBases, parseBase } from "./bases.ts";
import { resampledTask } from "./resample.ts";

/** The mean of some numbers, and half of the width of its normal 95 % interval, 1.96·sd/√n. */
export function meanInterval(values: readonly number[]): {
  readonly mean: number;
  readonly halfWidth: number;
} {
  const n = values.length;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, halfWidth: (1.96 * Math.sqrt(squares / (n - 1))) / Math.sqrt(n) };
}

/**
 * Bootstrap ranking: the numbers of another algorithm on resamples of the data. Edges whose 95 % interval
 * excludes 0 come first, in the order of the size of their mean, and then the others by the same.
 *
 * @param known the algorithms that can be resampled
 */
export const bootstrap = (known: readonly Algorithm[]) =>
  defineEdgeRanking({
    name: "bootstrap",
    title: "Bootstrap ranking",
    summary: "Ranks by the mean of another algorithm's numbers over resamples, certain ones first.",
    reference: {
      text: "MIB shared task 2025, bootstrapped rankings (yanivnik/MIB-shared-task)",
      url: "https://github.com/yanivnik/MIB-shared-task",
    },
    maturity: { tier: "experimental", verifiedOn: [] },
    formula:
      "r if the interval s̄ ± 1.96·sd/√`resamples` contains 0, and 1 + r if not; r = |s̄| over the largest |s̄|, s the effects of the other algorithm, or its scores",
    cost: {
      forward: "`resamples` times those of `of`",
      backward: "`resamples` times those of `of`",
    },
    needs: needsOfBases(known),
    ranking: () => ({ shown: "effects", name: "size of the mean, certain ones first" }),
    looksBeyondCleanRun: false,
    examples: [
      { options: { edgeCount: 4 }, summary: "EAP on ten resamples" },
      {
        options: { of: "eap:integratedGradSteps=5", resamples: 20, edgeCount: 4 },
        summary: "The same with integrated gradients",
      },
    ],
    options: {
      ...baseOption("eap", "The algorithm whose numbers are resampled"),
      resamples: option(
        z._default(z.int().check(z.gte(2), z.lte(10_000)), 10),
        "Resamples of the data",
        {
          unit: "resamples",
          origin: "MIB shared task",
        },
      ),
      ...combinationSeed,
    },
    rank: async (task, { of, resamples, seed, ablation }, context, { edges }) => {
      const base = parseBase(of, known, { seed, ablation });
      const tick = pace(context, "resamples");
      const key = Key.fromSeed(seed).fold("bootstrap");
      const drawn: number[][] = edges.map(() => []);
      let [evaluations, backwardPasses] = [0, 0];
      for (let i = 0; i < resamples; i++) {
        await tick(i, resamples);
        const found = await discoverBase(base, resampledTask(task, key.fold(i)), context);
        const numbers = found.effects ?? found.scores;
        for (const { index, text } of edges) drawn[index]!.push(numbers.get(text)!);
        evaluations += found.diagnostics.evaluations;
        backwardPasses += found.diagnostics.backwardPasses;
      }
      await tick(resamples, resamples);
      const intervals = drawn.map(meanInterval);
      const largest = Math.max(...intervals.map(({ mean }) => Math.abs(mean))) || 1;
      return {
        values: intervals.map(({ mean, halfWidth }) => {
          const isCertain = Math.abs(mean) > halfWidth;
          return Math.abs(mean) / largest + (isCertain ? 1 : 0);
        }),
        effects: intervals.map(({ mean }) => mean),
        evaluations,
        backwardPasses,
      };
    },
  });
