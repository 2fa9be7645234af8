import { z } from "zod";
import { Key } from "../../rng/index.ts";
import {
  compressedWidth,
  HIDDEN_SHAPES,
  nonLinearCompression,
  nonLinearConfig,
  nonLinearShapes,
  trainAutoencoders,
} from "../../training/index.ts";
import { countParameters } from "../../transformer/index.ts";
import { compressionKind, type LearntTensors } from "./compression.ts";

const ratio = z.number().gt(0).max(1).optional();

/** Training a narrower transformer, and autoencoders between it and the compiled one. */
export const nonLinearCompressionKind = compressionKind({
  name: "train-non-linear-compression",
  title: "train non-linear-compression",
  options: {
    /** Width of the residual stream. Default: that of the compiled transformer. */
    dModel: z.int().min(1).optional(),
    /** The same as a share of that. */
    dModelCompressionRatio: ratio,
    /** Width of a head. Default: that of the compiled transformer. */
    dHead: z.int().min(1).optional(),
    /** The same as a share of that. */
    dHeadCompressionRatio: ratio,
    aeLayers: z.int().min(1).max(16).default(2),
    aeFirstHiddenLayerShape: z.enum(HIDDEN_SHAPES).default("wide"),
    aeEpochs: z.int().min(0).default(70),
    aeLrStart: z.number().gt(0).default(0.01),
    aeMaxTrainSamples: z.int().min(1).default(2048),
    aeDesiredTestMse: z.number().min(0).default(1e-3),
    aeTrainLossWeight: z.number().min(0).default(0.5),
  },
  plan({ transformer }, options) {
    const { config } = transformer;
    const { dModel, dModelCompressionRatio, dHead, dHeadCompressionRatio, ...coders } = options;
    const widths = { width: dModel, ratio: dModelCompressionRatio };
    const headWidths = { width: dHead, ratio: dHeadCompressionRatio };
    const chosen = {
      ...coders,
      dModel: compressedWidth(config.dModel, widths, "dModel"),
      dHead: compressedWidth(config.dHead, headWidths, "dHead"),
    };
    const shape = nonLinearConfig(config, chosen);
    return {
      config: chosen,
      shape,
      async prepare({ job, backend, task, seed }) {
        const key = Key.fromSeed(seed).fold("autoencoders");
        const trained = await trainAutoencoders(backend, task, transformer, chosen, key);
        const { weights, loss, steps } = trained;
        job.context.progress.note(
          `${job.name}  autoencoders: mean squared error ${loss.toPrecision(3)} after ${steps} steps`,
        );
        return nonLinearCompression(transformer, chosen, weights);
      },
      tensors(_, learned) {
        let start = countParameters(shape);
        const tensors: LearntTensors = new Map(
          [...nonLinearShapes(transformer, chosen)].map(([name, size]) => {
            const end = start + size.reduce((a, b) => a * b, 1);
            const data = learned.slice(start, end);
            start = end;
            return [name, { shape: size, data }];
          }),
        );
        return tensors;
      },
    };
  },
});
