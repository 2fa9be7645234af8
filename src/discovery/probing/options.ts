import * as z from "zod/mini";
import { runOptions, seedOption } from "../algorithm/common-options.ts";
import { option } from "../algorithm/options.ts";
import { METRICS, TARGETS } from "../masks/objective.ts";

/**
 * How masks become a circuit: `likely` keeps those that are above ½ more often than not (θ > 0),
 * `sample` those that are in one random draw, as in the original.
 */
export const EXTRACTIONS = ["likely", "sample"] as const;
export type Extraction = (typeof EXTRACTIONS)[number];

/** The options of subnetwork probing but for λ. */
export const probingOptions = z.object({
  ...runOptions,
  edgewise: option(
    z._default(z.boolean(), false),
    "Mask every edge, instead of every head's query, key and value and every MLP",
    { origin: "InterpBench" },
  ),
  epochs: option(z._default(z.int().check(z.gte(1)), 300), "Steps, each on all inputs", {
    unit: "epochs",
    origin: "InterpBench",
  }),
  lr: option(z._default(z.number().check(z.positive()), 0.01), "Learning rate of Adam", {
    origin: "InterpBench",
  }),
  metric: option(
    z.optional(z.enum(METRICS)),
    "How outputs are compared: squared differences, or KL divergence (classes only)",
    { defaultText: "kl for classes, l2 for numbers" },
  ),
  target: option(
    z._default(z.enum(TARGETS), "labels"),
    "What outputs are compared with: the right ones, or the transformer's own",
    { origin: "InterpBench" },
  ),
  extraction: option(
    z._default(z.enum(EXTRACTIONS), "likely"),
    "Keep what more draws of the masks keep than not, or what one draw keeps (the original)",
  ),
  ...seedOption("Seed of the draws"),
});

/** Values of {@link probingOptions}; all of them have a default. */
export type ProbingOptions = z.input<typeof probingOptions>;
