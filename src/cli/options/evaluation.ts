import { z } from "zod";
import { flag } from "../flags/flag.ts";

/**
 * Options of `eval iit`: the effect of every node. Defaults are those of InterpBench (Python), but
 * that it always takes every pair of inputs, which is 324 million for most cases.
 */
export const nodeEffectOptions = {
  mean: flag(z.boolean().default(true), "Ablate with the mean activation instead of zeros", {
    short: "-m",
    takesBoolean: true,
  }),
  batchSize: flag(z.int().min(1).default(512), "Pairs per forward pass", {
    unit: "pairs",
  }),
  categoricalMetric: flag(
    z.enum(["accuracy", "kl_div", "kl_div_self"]).default("accuracy"),
    "How an effect on a categorical output is measured",
  ),
  maxLen: flag(z.int().min(2).default(18_000), "Inputs, at most", { unit: "inputs" }),
  maxPairs: flag(
    z.int().min(1).default(65_536),
    "Pairs of inputs, at most; drawn at random if there are more",
    { unit: "pairs", defaultText: "65536 pairs: every pair of 256 inputs" },
  ),
};
