import { z } from "zod";
import { flag } from "../flags/flag.ts";

const weight = z.number().min(0);

/** Options of SIIT training: the original's flags with the original's defaults. */
export const trainingOptions = {
  iitWeight: flag(weight.default(1), "Weight of the interchange intervention loss", {
    aliases: ["-iit"],
  }),
  behaviorWeight: flag(weight.default(1), "Weight of the loss on the task itself", {
    short: "-b",
  }),
  strictWeight: flag(
    weight.default(0.4),
    "Weight of the loss on nodes outside the circuit; its square counts, as in the original",
    { short: "-s" },
  ),
  epochs: flag(z.int().min(0).default(2000), "Passes over the training pairs, at most", {
    unit: "epochs",
  }),
  earlyStop: flag(z.boolean().default(true), "Stop when all accuracies reach the threshold"),
  earlyStopAccuracyThreshold: flag(z.number().min(0).max(100).default(99.5), "That threshold", {
    unit: "%",
  }),
  batchSize: flag(z.int().min(1).default(256), "Pairs per optimisation step", {
    unit: "pairs",
  }),
  lr: flag(z.number().positive().default(0.001), "Learning rate of Adam", {
    aliases: ["-lr"],
  }),
  lrScheduler: flag(
    z.enum(["", "plateau", "linear"]).default(""),
    "How the learning rate changes: down when accuracies stall, or linearly to 0.0002",
    { defaultText: "constant" },
  ),
  schedulerValMetric: flag(
    z
      .array(z.enum(["val/accuracy", "val/IIA", "val/strict_accuracy"]))
      .min(1)
      .default(["val/accuracy", "val/IIA", "val/strict_accuracy"]),
    "What the plateau scheduler watches, as a sum",
    { takesMany: true, placeholder: "METRIC,…" },
  ),
  clipGradNorm: flag(z.number().positive().default(0.1), "Largest norm of a step's gradient"),
  useSingleLoss: flag(
    z.boolean().default(false),
    "One step on the sum of the losses instead of one step for each",
    { aliases: ["-single-loss"] },
  ),
  siitSampling: flag(
    z.enum(["individual", "sample_all", "all"]).default("individual"),
    "Nodes outside the circuit per step: one, each with probability 1/2, or all",
  ),
  valIiaSampling: flag(
    z.enum(["random", "all"]).default("random"),
    "Nodes of the circuit that validation intervenes on, per batch",
  ),
  sameSize: flag(
    z.boolean().default(false),
    "As many layers and heads as the compiled transformer",
  ),
  numSamples: flag(z.int().min(1).optional(), "Inputs to train on, at most", {
    unit: "inputs",
    defaultText: "all, or 120000 drawn if there are more",
  }),
};

/** Values of {@link trainingOptions}. */
export type TrainingOptions = z.output<z.ZodObject<typeof trainingOptions>>;
