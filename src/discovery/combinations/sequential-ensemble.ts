import * as z from "zod/mini";
import { fullGraph } from "../../circuit/index.ts";
import type { Algorithm } from "../algorithm/algorithm.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { option } from "../algorithm/options.ts";
import { edgePruning } from "../edge-pruning/edge-pruning.ts";
import { baseOption, discoverBase, needsOfBases, parseBase } from "./bases.ts";

/**
 * A sequential ensemble: Edge Pruning whose masks start from another algorithm's ranking, instead of all on.
 *
 * @param known the algorithms that can come first
 */
export const sequentialEnsemble = (known: readonly Algorithm[]) =>
  defineAlgorithm({
    name: "sequential-ensemble",
    title: "Sequential ensemble",
    summary: "Trains the masks of Edge Pruning from the ranking of another algorithm on.",
    reference: {
      text: "MIB shared task 2025, sequential ensembles (cisnlp/MIB-circuit-track)",
      url: "https://github.com/cisnlp/MIB-circuit-track",
    },
    maturity: { tier: "experimental", verifiedOn: [] },
    formula:
      "That of `edge-pruning`, from mask logits ⅔·logit((p + 0.1)/1.2), p = σ((r − b)/`temperature`) of the rank r, 0 to 1, of |the other's number| in its sublayer, b so that the mean of p is `keep`",
    cost: {
      forward: "those of `of` and of `edge-pruning`",
      backward: "those of `of` and of `edge-pruning`",
    },
    granularity: "qkv",
    watchable: "masks",
    needs: {
      gradients: true,
      of: (options, task) => {
        needsOfBases(known).of?.(options, task);
        return edgePruning.needs?.of?.(options, task) ?? {};
      },
    },
    ranking: () => ({ name: "soft mask of the edge times that of its source" }),
    ...(edgePruning.advice === undefined ? {} : { advice: edgePruning.advice }),
    examples: [
      {
        options: { of: "eap-ig-inputs", edgeSparsity: 0.95 },
        summary: "From integrated gradients on",
      },
    ],
    produces: ["scores", "circuit"],
    options: z.object({
      ...baseOption("eap", "The algorithm that the masks start from"),
      keep: option(
        z._default(z.number().check(z.gt(0), z.lt(1)), 0.1),
        "Mean probability by which masks start as kept",
        { origin: "MIB shared task" },
      ),
      temperature: option(
        z._default(z.number().check(z.positive()), 0.25),
        "How sharply ranks decide where a mask starts",
        { origin: "MIB shared task" },
      ),
      ...edgePruning.options.shape,
    }),
    discover: async (task, { of, keep, temperature, ...options }, context) => {
      const { prunedParts } = await import("../edge-pruning/pruned.ts");
      const { warmLogits } = await import("./warm-start.ts");
      const { config } = task.transformer;
      const graph = fullGraph(config);
      const first = await discoverBase(parseBase(of, known, options), task, context);
      const sizes = new Map([...first.ranking].map(([text, x]) => [text, Math.abs(x)]));
      const parts = await prunedParts(task, options, context, (own) =>
        warmLogits(own, sizes, graph, config, { keep, temperature }),
      );
      const { evaluations, backwardPasses } = first.diagnostics;
      return {
        ...parts,
        diagnostics: {
          ...parts.diagnostics,
          evaluations: parts.diagnostics.evaluations + evaluations,
          backwardPasses: parts.diagnostics.backwardPasses + backwardPasses,
        },
      };
    },
  });
