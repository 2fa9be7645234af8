import { z } from "zod";
import { option } from "../../discovery/index.ts";
import {
  compressedWidth,
  EXACT_LR_START,
  LINEAR_INITIALIZATIONS,
  linearCompression,
  linearConfig,
  startsExact,
} from "../../training/index.ts";
import { compressionKind, residualWidthOptions } from "./compression.ts";

/** Options of linear compression. */
export const linearOptions = {
  ...residualWidthOptions,
  initialization: option(
    z.enum(LINEAR_INITIALIZATIONS).default("linear"),
    "The matrix at the start: uniform in ±1/√d_model, or with orthonormal columns",
    { origin: "the original" },
  ),
};

/** Squeezing the residual stream of a compiled transformer through a matrix that is learnt. */
export const linearCompressionKind = compressionKind({
  name: "train-linear-compression",
  title: "train linear-compression",
  options: linearOptions,
  plan({ transformer }, { dModel, dModelCompressionRatio: ratio, initialization }) {
    const { config } = transformer;
    const width = compressedWidth(config.dModel, { width: dModel, ratio }, "dModel");
    const chosen = { dModel: width, initialization };
    return {
      config: chosen,
      shape: linearConfig(config, chosen),
      ...(startsExact(config, chosen) ? { defaults: { lrStart: EXACT_LR_START } } : {}),
      prepare: () => linearCompression(transformer, chosen),
      tensors: (_, data) => new Map([["matrix", { shape: [config.dModel, width], data }]]),
    };
  },
});
