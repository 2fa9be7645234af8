import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskOrOwnLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution, pointsOption, stepsOption } from "./declarations.ts";
import { meanPoints } from "./interpolation.ts";

/**
 * EAP with integrated gradients of the inputs: gradients are averaged while the embeddings go from the
 * ablated to the clean ones, so that a loss which is flat at the clean run has slopes elsewhere.
 */
export const eapIgInputs = defineAlgorithm({
  name: "eap-ig-inputs",
  title: "EAP with integrated gradients of the inputs (EAP-IG-inputs)",
  summary:
    "Estimates the effect of ablating each edge from gradients between the ablated and the clean embeddings.",
  reference: {
    text: "Hanna, Pezzelle & Belinkov 2024, Have Faith in Faithfulness: Going Beyond Circuit Overlap When Finding Model Mechanisms",
    url: "https://arxiv.org/abs/2403.17806",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the EAP-IG library on two small models"],
  },
  formula:
    "1/N Σ_k ⟨P(u) − C(u), ∂L/∂in(v)⟩, gradients with the embeddings at P + k/N·(C − P), k = 0 … N − 1",
  cost: { forward: "2 + `steps`", backward: "`steps`" },
  ...edgeAttribution,
  looksBeyondCleanRun: true,
  examples: [
    { options: { edgeCount: 4 }, summary: "The four best edges" },
    {
      options: { edgeCount: 10, steps: 30, igPoints: "trapezoid" },
      summary: "More points, whose effects of the embeddings add up to the change of the loss",
    },
  ],
  options: withSelection({
    ...taskOrOwnLossOption,
    ...stepsOption(5, "MIB"),
    ...pointsOption("left", "EAP-IG since February 2025, of edges"),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { attributedEdges, inputsPath } = await import("./parts.ts");
    const path = inputsPath(meanPoints(options.steps, options.igPoints));
    return attributedEdges(task, options, path, context);
  },
});
