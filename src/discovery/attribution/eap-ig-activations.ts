import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskOrOwnLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution, pointsOption, stepsOption } from "./declarations.ts";
import { meanPoints } from "./interpolation.ts";

/**
 * EAP-IG-activations as in the library of its authors and in MIB: what one sublayer writes after the other
 * is a constant on the way between its ablated and its clean value, and all edges are credited in all runs.
 * Edges into a sublayer have no effect while it moves, so that effects are smaller than those of
 * `ig_activations`, and add up to nothing in particular.
 */
export const eapIgActivations = defineAlgorithm({
  name: "eap_ig_activations",
  title: "EAP with integrated gradients of activations, as in its library (EAP-IG-activations)",
  summary:
    "Estimates the effect of ablating each edge from gradients while one sublayer after the other is between its ablated and its clean output.",
  reference: {
    text: "Mueller et al. 2025, MIB: A Mechanistic Interpretability Benchmark (code: hannamw/EAP-IG)",
    url: "https://arxiv.org/abs/2504.13151",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the EAP-IG library on a small model"],
  },
  formula:
    "1/(N·(2B + 1)) Σ_s Σ_k ⟨P(u) − C(u), ∂L/∂in(v)⟩, gradients with the output of the sublayer s held at P + k/N·(C − P), k = 1 … N",
  cost: {
    forward: "2 + `steps`·(2·B + 1)",
    backward: "`steps`·(2·B + 1)",
  },
  ...edgeAttribution,
  examples: [{ options: { edgeCount: 4 }, summary: "The four best edges" }],
  options: withSelection({
    ...taskOrOwnLossOption,
    ...stepsOption(5, "MIB"),
    ...pointsOption("right", "EAP-IG"),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { activationsPath, attributedEdges } = await import("./parts.ts");
    const points = meanPoints(options.steps, options.igPoints);
    const path = activationsPath(task.transformer.config, points, (_, of) => ({ weight: 1 / of }));
    return attributedEdges(task, options, path, context);
  },
});
