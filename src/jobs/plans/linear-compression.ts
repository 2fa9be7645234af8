import { z } from "zod";
import {
  compressedWidth,
  LINEAR_INITIALIZATIONS,
  linearCompression,
  linearConfig,
} from "../../training/index.ts";
import { compressionKind } from "./compression.ts";

/** Squeezing the residual stream of a compiled transformer through a matrix that is learnt. */
export const linearCompressionKind = compressionKind({
  name: "train-linear-compression",
  title: "train linear-compression",
  options: {
    /** Width of the compressed residual stream. Default: that of the compiled one. */
    dModel: z.int().min(1).optional(),
    /** The same as a share of that. */
    dModelCompressionRatio: z.number().gt(0).max(1).optional(),
    initialization: z.enum(LINEAR_INITIALIZATIONS).default("linear"),
  },
  plan({ transformer }, { dModel, dModelCompressionRatio: ratio, initialization }) {
    const { config } = transformer;
    const width = compressedWidth(config.dModel, { width: dModel, ratio }, "dModel");
    const chosen = { dModel: width, initialization };
    return {
      config: chosen,
      shape: linearConfig(config, chosen),
      prepare: () => linearCompression(transformer, chosen),
      tensors: (_, data) => new Map([["matrix", { shape: [config.dModel, width], data }]]),
    };
  },
});
