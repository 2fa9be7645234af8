import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { taskLossNeeds, taskLossOption } from "../algorithm/common-options.ts";
import { edgeSelection, withSelection } from "../algorithm/selection-options.ts";

/** With one block nothing is left to average. */
const BLOCKS = { atLeast: 2, hint: '"run eap" estimates without dropping anything.' };

/**
 * Attribution patching that averages sizes over runs in which one block after the other lets no gradient
 * through, so that an edge is seen whose effects on two paths cancel. `atp-star` mends saturated softmaxes, too.
 */
export const gradDrop = defineAlgorithm({
  name: "grad-drop",
  title: "Attribution patching with dropped gradients (GradDrop)",
  summary:
    "Estimates the size of the effect of ablating each edge, also where effects on several paths cancel.",
  reference: {
    text: "Kramár, Lieberum, Shah & Nanda 2024, AtP*: An efficient and scalable method for localizing LLM behaviour to components",
    url: "https://arxiv.org/abs/2403.00745",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: ["an independent implementation on two small models"],
  },
  formula:
    "1/(B − 1) Σ_b |⟨P(u) − C(u), ∂L/∂in(v)⟩|, in whose gradient what block b writes is a constant, sizes taken in every row",
  cost: { forward: "2 + B", backward: "B" },
  granularity: "qkv",
  needs: {
    gradients: true,
    of: (options, task) => ({ ...taskLossNeeds(options, task), blocks: BLOCKS }),
  },
  selection: edgeSelection,
  paperSweep: () => ({ option: "threshold", from: "scores" }),
  ranking: () => ({ name: "mean size of the effect" }),
  advice: thresholdAdvice,
  watchable: "path",
  examples: [{ options: { edgeCount: 4 }, summary: "The four best edges" }],
  produces: ["scores", "circuit"],
  options: withSelection(taskLossOption),
  discover: async (task, options, context) => {
    const { attributedEdges, dropPath, edgeEffects } = await import("./parts.ts");
    const path = dropPath(task.transformer.config);
    return attributedEdges(task, options, path, context, { rule: edgeEffects });
  },
});
