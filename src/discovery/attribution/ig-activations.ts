import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskOrOwnLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution, pointsOption, stepsOption } from "./declarations.ts";
import { meanPoints } from "./interpolation.ts";

/**
 * Integrated gradients of activations by the book: while what a sublayer writes goes from its ablated to its
 * clean value, the edges out of it are credited, and no others. Their effects add up to the change of the loss
 * when the sublayer is ablated. `eap_ig_activations` is what the library of that name does.
 */
export const igActivations = defineAlgorithm({
  name: "ig_activations",
  title: "Integrated gradients of activations",
  summary:
    "Estimates the effect of ablating each edge from gradients while the sublayer it comes from is between its ablated and its clean output.",
  reference: {
    text: "Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks; of activations: Marks et al. 2024, Sparse Feature Circuits",
    url: "https://arxiv.org/abs/2403.19647",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: ["what ablating a sublayer changes, to which its effects add up"],
  },
  formula:
    "Σ_k w(k) ⟨P(u) − C(u), ∂L/∂in(v)⟩, gradients with the output of the sublayer of u at P + k/N·(C − P), w the weights of the trapezoid rule",
  cost: {
    forward: "2 + (`steps` + 1)·(2·B + 1)",
    backward: "(`steps` + 1)·(2·B + 1)",
  },
  ...edgeAttribution,
  examples: [{ options: { edgeCount: 4 }, summary: "The four best edges" }],
  options: withSelection({
    ...taskOrOwnLossOption,
    ...stepsOption(5, "as eap_ig_activations"),
    ...pointsOption("trapezoid", "the smallest error"),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { activationsPath, attributedEdges } = await import("./parts.ts");
    const points = meanPoints(options.steps, options.igPoints);
    const path = activationsPath(task.transformer.config, points, (moved) => {
      return { weight: 1, credits: moved };
    });
    return attributedEdges(task, options, path, context);
  },
});
