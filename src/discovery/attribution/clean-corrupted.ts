import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskOrOwnLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution } from "./declarations.ts";
import { integrationPoints } from "./interpolation.ts";

/** Integrated gradients of the inputs with the two ends alone: the mean of the gradients there. */
export const cleanCorrupted = defineAlgorithm({
  name: "clean-corrupted",
  title: "EAP at both ends (clean-corrupted)",
  summary:
    "Estimates the effect of ablating each edge from the gradients of the clean and the corrupted run.",
  reference: {
    text: "Hanna, Pezzelle & Belinkov 2024, Have Faith in Faithfulness (code: hannamw/EAP-IG, clean-corrupted)",
    url: "https://arxiv.org/abs/2403.17806",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the EAP-IG library on a small model"],
  },
  formula:
    "½ ⟨P(u) − C(u), ∂L/∂in(v) at the clean run + ∂L/∂in(v) at the corrupted run⟩, right answers those of the clean input",
  cost: { forward: "4", backward: "2" },
  ...edgeAttribution,
  examples: [{ options: { edgeCount: 4 }, summary: "The four best edges" }],
  options: withSelection({ ...taskOrOwnLossOption, ...scaleOption, ...magnitudeOptions }),
  discover: async (task, options, context) => {
    const { attributedEdges, inputsPath } = await import("./parts.ts");
    return attributedEdges(task, options, inputsPath(integrationPoints(1, "trapezoid")), context);
  },
});
