import { z } from "zod";
import { EFFECT_METRICS } from "../../evaluation/index.ts";
import { flag } from "../flags/flag.ts";

const group = "Effects";

/** What fits into memory: inputs with all they make a model compute, and pairs of them. */
const MOST_INPUTS = 1_000_000;
const MOST_PAIRS = 400_000_000;

/**
 * Options of `eval iit`: the effect of every node. Defaults are those of InterpBench (Python), but
 * that it always takes every pair of inputs, which is 324 million for most cases.
 */
export const nodeEffectOptions = {
  mean: flag(
    z.boolean().optional(),
    "Besides resampling ablate with the mean (1) or with zeros (0) only",
    { short: "-m", takesBoolean: true, group, defaultText: "both" },
  ),
  categoricalMetric: flag(
    z.enum(EFFECT_METRICS).default("accuracy"),
    "How a resample effect is measured in cases with classes",
    { group },
  ),
  maxLen: flag(z.int().min(2).max(MOST_INPUTS).default(18_000), "Inputs, at most", {
    unit: "inputs",
    group,
  }),
  maxPairs: flag(
    z.int().min(1).max(MOST_PAIRS).default(65_536),
    "Pairs of inputs, at most; drawn at random if there are more",
    { unit: "pairs", defaultText: "65536 pairs: every pair of 256 inputs", group },
  ),
  compat: flag(
    z.boolean().default(false),
    "Count the first position (BOS) of numbers under mean and zero ablation, as the original does",
    { group },
  ),
};
