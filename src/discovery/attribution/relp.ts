import * as z from "zod/mini";
import { mergeHooks } from "../../transformer/index.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { option } from "../algorithm/options.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution } from "./declarations.ts";

/** What can have a gradient of its own. */
const RULES = ["norm", "identity", "attention"] as const;

/**
 * EAP with the backward pass of layer-wise relevance propagation. The rule of its authors for gated MLPs has
 * nothing to act on here. Under the rule for attention no query and no key has an effect: it is off, as in
 * their code.
 */
export const relp = defineAlgorithm({
  name: "relp",
  title: "Relevance patching (RelP)",
  summary:
    "Estimates the effect of ablating each edge from gradients that treat normalisations and activation functions as if they were linear.",
  reference: {
    text: "Rezaei Jafari, Eberle, Khakzar & Nanda 2025, RelP: Faithful and Efficient Circuit Discovery via Relevance Patching",
    url: "https://arxiv.org/abs/2508.21258",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the authors' code on two small models"],
  },
  formula:
    "⟨P(u) − C(u), ∂L/∂in(v)⟩ at the clean run, in whose gradient scales of normalisations (`norm`) and attention patterns (`attention`) are constants and an activation act(x) is x times a constant (`identity`)",
  cost: { forward: "3", backward: "1" },
  ...edgeAttribution,
  examples: [
    { options: { edgeCount: 4 }, summary: "With the rules of its authors' code" },
    {
      options: { edgeCount: 4, relpRules: ["norm", "identity", "attention"] },
      summary: "With that for attention, which makes effects of queries and keys 0",
    },
  ],
  options: withSelection({
    ...taskLossOption,
    relpRules: option(
      z._default(z.union([z.enum(["none"]), z.readonly(z.array(z.enum(RULES)))]), [
        "norm",
        "identity",
      ]),
      "Rules for the gradient of normalisations, activation functions and attention patterns",
      { origin: "RelP's code" },
    ),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const parts = await import("./parts.ts");
    const hooksOf = {
      norm: parts.frozenNormalizations,
      identity: parts.proportionalActivations,
      attention: parts.frozenPatterns,
    };
    const rules = options.relpRules === "none" ? [] : options.relpRules;
    const path = parts.ruledPath(
      (config) => mergeHooks(...rules.map((rule) => hooksOf[rule](config))),
      `relp ${rules}`,
    );
    return parts.attributedEdges(task, options, path, context);
  },
});
