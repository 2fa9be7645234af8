import { z } from "zod";
import { flag } from "../flags/flag.ts";

/** Options of every discovery algorithm. Defaults here and below are those of InterpBench (Python). */
export const discoveryOptions = {
  dataSize: flag(
    z.int().min(1).default(1000),
    "Pairs of clean and corrupted inputs; all inputs if there are fewer",
    { unit: "pairs" },
  ),
  data: flag(z.string().optional(), "Your own inputs, as JSON: {clean, corrupted, targets, …}", {
    placeholder: "FILE",
    defaultText: "the case's own",
  }),
};

/** Options of `run acdc`. */
export const acdcOptions = {
  threshold: flag(
    z.number().default(0.025),
    "An edge goes if removing it raises the loss by less than this (τ)",
    { short: "-t" },
  ),
};

/** Options of `run eap`; integrated gradients are the same command with steps. */
export const eapOptions = {
  threshold: flag(z.number().optional(), "Keep the edges whose score is larger", { short: "-t" }),
  edgeCount: flag(z.int().min(0).optional(), "Keep so many edges, those with the largest scores", {
    unit: "edges",
  }),
  absValThreshold: flag(z.boolean().default(false), "Compare the absolute values of scores"),
  normalizeScores: flag(
    z.boolean().default(false),
    "Scale scores to 0 … 1 before they are compared",
  ),
  integratedGradSteps: flag(
    z.int().min(1).optional(),
    "Integrate gradients from clean to corrupted in so many steps",
    { unit: "steps", defaultText: "plain attribution patching" },
  ),
  classificationLossFn: flag(
    z.enum(["kl_div", "avg_diff"]).default("kl_div"),
    "Loss of categorical cases",
  ),
  regressionLossFn: flag(z.enum(["mae", "mse"]).default("mae"), "Loss of numerical cases"),
};
