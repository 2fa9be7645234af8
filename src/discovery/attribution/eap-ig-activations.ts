import * as z from "zod/mini";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { scaleOption, taskOrOwnLossOption } from "../algorithm/common-options.ts";
import { magnitudeOptions } from "../algorithm/magnitude.ts";
import { option } from "../algorithm/options.ts";
import { withSelection } from "../algorithm/selection-options.ts";
import { edgeAttribution, stepsOption } from "./declarations.ts";
import { IG_POINTS, type IgPoints, meanPoints } from "./interpolation.ts";

/** Which edges are credited while a sublayer moves: all of them, or those out of it. */
const FLAVOURS = ["library", "textbook"] as const;
type Flavour = (typeof FLAVOURS)[number];

const USUAL_POINTS: Readonly<Record<Flavour, IgPoints>> = {
  library: "right",
  textbook: "trapezoid",
};

/**
 * Integrated gradients of activations: what one sublayer writes after the other is a constant on the way
 * between its ablated and its clean value.
 *
 * - `library`: all edges are credited in all runs, as in the library of its authors and in MIB. Edges into a
 *   sublayer have no effect while it moves, so that effects are smaller, and add up to nothing in particular.
 * - `textbook`: the edges out of the sublayer that moves are credited, and no others. Their effects add up to
 *   the change of the loss when that sublayer is ablated.
 */
export const eapIgActivations = defineAlgorithm({
  name: "eap-ig-activations",
  title: "EAP with integrated gradients of activations (EAP-IG-activations)",
  summary:
    "Estimates the effect of ablating each edge from gradients while one sublayer after the other is between its ablated and its clean output.",
  reference: {
    text: "Mueller et al. 2025, MIB: A Mechanistic Interpretability Benchmark (code: hannamw/EAP-IG); by the book: Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks",
    url: "https://arxiv.org/abs/2504.13151",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: [
      "the EAP-IG library on a small model",
      "what ablating a sublayer changes, to which the effects of `textbook` add up",
    ],
  },
  formula:
    "w Σ_s Σ_k ⟨P(u) − C(u), ∂L/∂in(v)⟩, gradients with the output of the sublayer s held at P + k/N·(C − P); `library`: all s, w = 1/(N·(2B + 1)); `textbook`: s that of u, w = 1/N",
  cost: {
    forward: "2 + `steps`·(2·B + 1)",
    backward: "`steps`·(2·B + 1)",
    note: "One step more with the points of the trapezoid rule",
  },
  ...edgeAttribution,
  examples: [
    { options: { edgeCount: 4 }, summary: "The four best edges" },
    { options: { edgeCount: 4, flavour: "textbook" }, summary: "By the book" },
  ],
  options: withSelection({
    ...taskOrOwnLossOption,
    flavour: option(
      z._default(z.enum(FLAVOURS), "library"),
      "Which edges are credited while a sublayer moves: library, all, as in EAP-IG and MIB; textbook, those out of it",
      { origin: "MIB" },
    ),
    ...stepsOption(5, "MIB"),
    igPoints: option(
      z.optional(z.enum(IG_POINTS)),
      "Which of the points k/N from the ablated to the clean run count: left, 0 to N − 1; right, 1 to N; trapezoid, all, both ends half. By default right of library, trapezoid of textbook",
    ),
    ...scaleOption,
    ...magnitudeOptions,
  }),
  discover: async (task, options, context) => {
    const { activationsPath, attributedEdges } = await import("./parts.ts");
    const { flavour, steps, igPoints = USUAL_POINTS[flavour] } = options;
    const points = meanPoints(steps, igPoints);
    const path = activationsPath(task.transformer.config, points, (moved, of) =>
      flavour === "library" ? { weight: 1 / of } : { weight: 1, credits: moved },
    );
    return attributedEdges(task, options, path, context);
  },
});
