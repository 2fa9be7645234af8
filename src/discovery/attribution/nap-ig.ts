import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskOrOwnLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { withNodeSelection } from "../algorithm/selection-options.ts";
import { mlpGradientOption, nodeAttribution, pointsOption, stepsOption } from "./declarations.ts";
import { meanPoints } from "./interpolation.ts";

/** Attribution patching of nodes with integrated gradients of the inputs. */
export const napIg = defineAlgorithm({
  name: "nap-ig",
  title: "Node attribution patching with integrated gradients of the inputs (NAP-IG)",
  summary:
    "Estimates the effect of ablating each head and MLP from gradients between the ablated and the clean embeddings.",
  reference: {
    text: "Mueller et al. 2025, MIB: A Mechanistic Interpretability Benchmark",
    url: "https://arxiv.org/abs/2504.13151",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the EAP-IG library on two small models"],
  },
  formula:
    "1/N Σ_k ⟨P(u) − C(u), ∂L/∂Y(u)⟩, gradients with the embeddings at P + k/N·(C − P), k = 1 … N",
  cost: { forward: "2 + `steps`", backward: "`steps`" },
  ...nodeAttribution,
  examples: [{ options: { nodeCount: 3 }, summary: "The three best heads and MLPs" }],
  options: withNodeSelection({
    ...taskOrOwnLossOption,
    ...stepsOption(5, "MIB"),
    ...pointsOption("right", "EAP-IG, of nodes"),
    ...mlpGradientOption,
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { attributedNodes, inputsPath, nodeEffects } = await import("./parts.ts");
    const path = inputsPath(meanPoints(options.steps, options.igPoints));
    const rule = nodeEffects(options.nodeMlpGradient);
    return attributedNodes(task, options, path, context, { rule });
  },
});
