import { z } from "zod";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { compressionRecipeOptions, nonLinearFlags } from "../../options/compression.ts";
import { workOptions } from "../../options/engine.ts";
import { retiredAutoencoderFlags } from "../../options/original.ts";
import { compressCases } from "./compress.ts";

const own = z.object(nonLinearFlags);

const options = z.object({
  ...caseOptions,
  ...own.shape,
  ...compressionRecipeOptions,
  ...workOptions,
});

/** `train non-linear-compression`: a narrower transformer, with autoencoders to the compiled one. */
export const trainNonLinearCompression = defineCommand({
  path: ["train", "non-linear-compression"],
  summary: "Train a narrower transformer, with autoencoders between it and the compiled one",
  description: [
    "A fresh transformer with the layers and heads of the compiled one learns its outputs, and to give the same as it when nodes of both are exchanged. Autoencoders turn the activations of the two into each other: one for the outputs of all MLPs of all layers, one for each head. They are trained alone first, then with the transformer.",
    "What is written is the plain transformer: it runs without the autoencoders, which are in compression.safetensors.",
  ].join("\n\n"),
  options,
  retired: retiredAutoencoderFlags,
  examples: [
    {
      command:
        "train non-linear-compression -i 3 --d-model-compression-ratio 0.75 --d-head-compression-ratio 0.75",
      summary: "Case 3, with three quarters of the widths",
    },
  ],
  run: (context, choice) =>
    compressCases(context, choice, "train-non-linear-compression", own.parse(choice)),
});
