import * as z from "zod/mini";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskOrOwnLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { option } from "../algorithm/options.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution, STEP_LENGTHS, stepsOption } from "./declarations.ts";

/**
 * EAP on a path that follows the model: the embeddings go where the logits approach those of the corrupted
 * input fastest, instead of straight to its embeddings. Steps of length 1 fit models with embeddings of that
 * size; `relative` ones together have the length of the straight way.
 */
export const eapGp = defineAlgorithm({
  name: "eap-gp",
  title: "EAP on a path of gradients (EAP-GP)",
  summary:
    "Estimates the effect of ablating each edge from gradients on the way on which the logits approach those of the corrupted input.",
  reference: {
    text: "Zhang et al. 2025, EAP-GP: Mitigating Saturation Effect in Gradient-based Automated Circuit Identification",
    url: "https://arxiv.org/abs/2502.06852",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: [
      "an independent implementation on two small models (the authors published no code)",
    ],
  },
  formula:
    "1/k Σ_j ⟨P(u) − C(u), ∂L/∂in(v)⟩, gradients with the embeddings at γ(j), j = 1 … k: γ(0) clean, γ(j + 1) = γ(j) − s·∇/‖∇‖, ∇ the gradient of ‖logits(γ) − corrupted logits‖², s 1 or ‖C − P‖/k",
  cost: { forward: "4 + 2·`steps`", backward: "2·`steps`" },
  ...edgeAttribution,
  needs: { ...edgeAttribution.needs, ablations: ["resample"] },
  examples: [
    {
      options: { edgeCount: 4, gpStep: "relative" },
      summary: "With steps that fit small embeddings",
    },
  ],
  options: withSelection({
    ...taskOrOwnLossOption,
    ...stepsOption(5, "EAP-GP"),
    gpStep: option(
      z._default(z.enum(STEP_LENGTHS), "unit"),
      "Length of a step: 1, or the distance between clean and corrupted embeddings, divided by the steps",
      { origin: "EAP-GP" },
    ),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { attributedEdges, geodesicPath } = await import("./parts.ts");
    const { steps, gpStep } = options;
    const path = geodesicPath(steps, gpStep);
    return attributedEdges(task, options, path, context, { preparation: steps });
  },
});
