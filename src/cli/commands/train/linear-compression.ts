import { z } from "zod";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { compressionRecipeOptions, linearFlags } from "../../options/compression.ts";
import { workOptions } from "../../options/engine.ts";
import { retiredCompressionFlags } from "../../options/original.ts";
import { compressCases } from "./compress.ts";

const options = z.object({
  ...caseOptions,
  ...linearFlags,
  ...compressionRecipeOptions,
  ...workOptions,
});

/** `train linear-compression`: the compiled transformer with a narrower residual stream. */
export const trainLinearCompression = defineCommand({
  path: ["train", "linear-compression"],
  summary: "Squeeze the compiled transformer through a matrix, into a narrower one",
  description: [
    "All weights of the compiled transformer stand still. What is learnt is one matrix that its residual stream is written through, and read through by its transpose. Two losses: the outputs are to be those of the compiled transformer, and the same when nodes of both are exchanged, from inputs of either, compressed and decompressed by the matrix. The matrix is then multiplied into the weights: what is written is a plain transformer of the same layers, heads and neurons.",
    "The folder holds what that of train iit does, and compression.safetensors with the matrix. Ctrl-C saves; the same command goes on where it stopped.",
  ].join("\n\n"),
  options,
  retired: retiredCompressionFlags,
  examples: [
    {
      command: "train linear-compression -i 3 --d-model-compression-ratio 0.75",
      summary: "Case 3, with three quarters of the width",
    },
    {
      command:
        "train linear-compression -i 3 --d-model 10 --linear-compression-initialization orthogonal --early-stop-threshold 0.99",
      summary: "Until accuracy and IIA are 99 %",
    },
  ],
  run: (context, choice) => {
    const { dModel, dModelCompressionRatio, linearCompressionInitialization } = choice;
    return compressCases(context, choice, "train-linear-compression", {
      dModel,
      dModelCompressionRatio,
      initialization: linearCompressionInitialization,
    });
  },
});
