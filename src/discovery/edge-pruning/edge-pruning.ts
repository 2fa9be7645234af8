import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { maskNeeds } from "../masks/objective-options.ts";
import { pruningOptions } from "./options.ts";

/**
 * Edge Pruning: masks on all edges and on what sources write, trained to keep the output while a Lagrangian
 * pulls the share of masks that are off up to a target, which grows as training goes on.
 */
export const edgePruning = defineAlgorithm({
  name: "edge-pruning",
  title: "Edge Pruning",
  summary: "Trains a mask on every edge and source to keep the output at a sparsity that grows.",
  reference: {
    text: "Bhaskar, Wettig, Friedman & Chen 2024, Finding Transformer Circuits with Edge Pruning",
    url: "https://arxiv.org/abs/2406.16778",
  },
  maturity: { tier: "experimental", verifiedOn: [], checkedBy: ["a planted circuit"] },
  formula:
    "σ(0.8·θ(u → v)/β)·σ(0.8·θ(u)/β), of hard-concrete masks with logits θ on every edge and every source, trained for the distance from the target + λ₁·(s − t) + λ₂·(s − t)², where s is the share of masks that are off, t is what is asked for by now, and the λ grow while s < t",
  cost: {
    forward: "2 + `steps`·`batch`/rows",
    backward: "`steps`·`batch`/rows",
    note: "For each value of `edgeSparsity`",
  },
  granularity: "qkv",
  needs: { gradients: true, of: maskNeeds },
  watchable: "masks",
  ranking: () => ({ name: "soft mask of the edge times that of its source" }),
  advice: ({ kept }) =>
    kept === "nothing"
      ? "Nothing is kept: a smaller `edgeSparsity` keeps more."
      : "Everything is kept: a larger `edgeSparsity`, or more `steps`, removes more.",
  examples: [{ options: { edgeSparsity: 0.95 }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: pruningOptions,
  discover: async (task, options, context) => {
    const { prunedParts } = await import("./pruned.ts");
    return prunedParts(task, options, context);
  },
});
