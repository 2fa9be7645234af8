import * as z from "zod/mini";
import { mergeHooks } from "../../transformer/index.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { option } from "../algorithm/options.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution } from "./declarations.ts";

/** Shares of the gradient: two of the three factors of attention are products with each other. */
const SHARES = { "attn.hook_q": 1 / 4, "attn.hook_k": 1 / 4, "attn.hook_v": 1 / 2 };

/**
 * EAP with gradients that allow for attention which repairs itself: the softmax is differentiated at a higher
 * temperature, scales of normalisations are constants, and where factors are multiplied each gets its share.
 * The softmax of the loss is left alone. Weak queries and keys raise AUROCs against truths of values, MLPs and
 * the output alone: compare with queries and keys merged.
 */
export const gim = defineAlgorithm({
  name: "gim",
  title: "Gradient interaction modifications (GIM)",
  summary:
    "Estimates the effect of ablating each edge from gradients with a tempered softmax, fixed normalisations and shared products.",
  reference: {
    text: "Edin et al. 2025, GIM: Improved Interpretability for Large Language Models",
    url: "https://arxiv.org/abs/2505.17630",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the authors' library on two small models"],
  },
  formula:
    "⟨P(u) − C(u), ∂L/∂in(v)⟩ at the clean run, in whose gradient scales of normalisations are constants, a softmax has the Jacobian p·(g − ⟨g, p⟩) with p = softmax(x/T), and queries and keys count a quarter, values a half",
  cost: { forward: "3", backward: "1" },
  ...edgeAttribution,
  examples: [
    { options: { edgeCount: 4 }, summary: "As the paper means it" },
    {
      options: { edgeCount: 4, gimPlainMlpScale: 0.5 },
      summary: "As its library scores TransformerLens models without gated MLPs",
    },
  ],
  options: withSelection({
    ...taskLossOption,
    temperature: option(
      z._default(z.number().check(z.positive()), 2),
      "Temperature T of the softmax whose gradient is taken",
      { origin: "GIM" },
    ),
    freezeNorm: option(
      z._default(z.boolean(), true),
      "Take the scales of normalisations for constants",
      { origin: "GIM" },
    ),
    shareProducts: option(
      z._default(z.boolean(), true),
      "Give queries and keys a quarter of their gradient, and values a half",
      { origin: "GIM" },
    ),
    gimPlainMlpScale: option(
      z._default(z.literal([1, 0.5]), 1),
      "What the gradient of MLPs without gates is multiplied by: 1, as the paper means it, or 0.5, as its library does with TransformerLens models",
      { origin: "GIM" },
    ),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { attributedEdges, frozenNormalizations, ruledPath, scaledGradients, temperedPatterns } =
      await import("./parts.ts");
    const { temperature, freezeNorm, shareProducts, gimPlainMlpScale } = options;
    const path = ruledPath(
      (config) =>
        mergeHooks(
          temperedPatterns(config, temperature),
          freezeNorm ? frozenNormalizations(config) : {},
          shareProducts ? scaledGradients(config, SHARES) : {},
          scaledGradients(config, { "mlp.hook_pre": gimPlainMlpScale }),
        ),
      `gim ${[temperature, freezeNorm, shareProducts, gimPlainMlpScale]}`,
    );
    return attributedEdges(task, options, path, context);
  },
});
