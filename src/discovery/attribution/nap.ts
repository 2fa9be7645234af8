import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { withNodeSelection } from "../algorithm/selection-options.ts";
import { mlpGradientOption, nodeAttribution } from "./declarations.ts";
import { CLEAN_END } from "./interpolation.ts";

/** Attribution patching of nodes: what EAP says of all edges out of a head or MLP, together. */
export const nap = defineAlgorithm({
  name: "nap",
  title: "Node attribution patching (NAP)",
  summary: "Estimates the effect of ablating each head and MLP from gradients, all at once.",
  reference: {
    text: "Nanda 2023, Attribution Patching: Activation Patching At Industrial Scale",
    url: "https://www.neelnanda.io/mechanistic-interpretability/attribution-patching",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the EAP-IG library on two small models"],
  },
  formula: "⟨P(u) − C(u), ∂L/∂C(u)⟩ at the clean run",
  cost: { forward: "2", backward: "1" },
  ...nodeAttribution,
  examples: [{ options: { nodeCount: 3 }, summary: "The three best heads and MLPs" }],
  options: withNodeSelection({
    ...taskLossOption,
    ...mlpGradientOption,
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { attributedNodes, maskPath, nodeEffects } = await import("./parts.ts");
    const rule = nodeEffects(options.nodeMlpGradient);
    return attributedNodes(task, options, maskPath(CLEAN_END), context, { rule });
  },
});
