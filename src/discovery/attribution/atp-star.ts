import * as z from "zod/mini";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { taskLossNeeds, taskLossOption } from "../algorithm/common-options.ts";
import { option } from "../algorithm/options.ts";
import { edgeSelection, withSelection } from "../algorithm/selection-options.ts";

/** With one block nothing is left to average. */
const GRAD_DROP_BLOCKS = {
  atLeast: 2,
  option: "gradDrop",
  hint: "gradDrop false (--no-grad-drop) does without.",
};

/**
 * AtP* carried over from nodes to edges: attribution patching whose two ways to miss an edge are mended. A
 * saturated softmax is computed anew (QK fix), and effects that cancel between paths are seen where the
 * gradient through one block after the other is dropped (GradDrop). Rows of opposite sign do not cancel.
 */
export const atpStar = defineAlgorithm({
  name: "atp-star",
  title: "AtP*: attribution patching with GradDrop and the QK fix",
  summary:
    "Estimates the size of the effect of ablating each edge, also where a softmax is saturated or paths cancel.",
  reference: {
    text: "Kramár, Lieberum, Shah & Nanda 2024, AtP*: An efficient and scalable method for localizing LLM behaviour to components",
    url: "https://arxiv.org/abs/2403.00745",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: [
      "an independent implementation of GradDrop on two small models",
      "exact effects where only a pattern is not linear (QK fix)",
    ],
  },
  formula:
    "1/(B − 1) Σ_b |⟨P(u) − C(u), ∂L/∂in(v)⟩|, in whose gradient what block b writes is a constant, sizes taken in every row; into queries and keys Σ (A′ − A)·∂L/∂A with the pattern A′ of the changed query, or of each changed key alone",
  cost: {
    forward: "2 + B",
    backward: "B",
    note: "And the patterns of all sources, for keys at every position",
  },
  granularity: "qkv",
  needs: {
    gradients: true,
    of: (options, task) => ({
      ...taskLossNeeds(options, task),
      ...(options.gradDrop ? { blocks: GRAD_DROP_BLOCKS } : {}),
    }),
  },
  selection: edgeSelection,
  paperSweep: () => ({ option: "threshold", from: "scores" }),
  ranking: () => ({ name: "mean size of the effect" }),
  advice: thresholdAdvice,
  watchable: "path",
  examples: [
    { options: { edgeCount: 4 }, summary: "The four best edges" },
    { options: { edgeCount: 4, qkFix: false }, summary: "GradDrop alone" },
  ],
  produces: ["scores", "circuit"],
  options: withSelection({
    ...taskLossOption,
    gradDrop: option(
      z._default(z.boolean(), true),
      "Average over runs in which one block after the other lets no gradient through; needs two blocks",
      { origin: "AtP*" },
    ),
    qkFix: option(
      z._default(z.boolean(), true),
      "Compute attention patterns anew for changed queries and keys",
      { origin: "AtP*" },
    ),
  }),
  discover: async (task, options, context) => {
    const { attributedEdges, dropPath, edgeEffects, exactPatternEffects, sizesPath } = await import(
      "./parts.ts"
    );
    const path = options.gradDrop ? dropPath(task.transformer.config) : sizesPath;
    const rule = options.qkFix ? exactPatternEffects : edgeEffects;
    return attributedEdges(task, options, path, context, { rule });
  },
});
