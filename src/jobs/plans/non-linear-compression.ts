import { z } from "zod";
import { option } from "../../discovery/index.ts";
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
import {
  compressionKind,
  headWidthOptions,
  type LearntTensors,
  residualWidthOptions,
} from "./compression.ts";

const origin = "the original";

/** The autoencoders of a non-linear compression. */
export const autoencoderOptions = {
  aeLayers: option(z.int().min(1).max(16).default(2), "Layers of an encoder, and of a decoder", {
    origin,
  }),
  aeFirstHiddenLayerShape: option(
    z.enum(HIDDEN_SHAPES).default("wide"),
    "The first hidden layer: wider than the input, or between input and code",
    { origin },
  ),
  aeEpochs: option(z.int().min(0).default(70), "The most steps of training them alone", {
    origin,
  }),
  aeLrStart: option(z.number().gt(0).default(0.01), "Learning rate of that training", {
    origin,
  }),
  aeMaxTrainSamples: option(z.int().min(1).default(2048), "The most inputs of that training", {
    unit: "inputs",
    origin,
  }),
  aeDesiredTestMse: option(
    z.number().min(0).default(1e-3),
    "Mean squared error at which that training ends",
    { origin },
  ),
  aeTrainLossWeight: option(
    z.number().min(0).default(0.5),
    "Weight of what they lose, in training them with the transformer",
    { origin },
  ),
};

/** Training a narrower transformer, and autoencoders between it and the compiled one. */
export const nonLinearCompressionKind = compressionKind({
  name: "train-non-linear-compression",
  title: "train non-linear-compression",
  options: { ...residualWidthOptions, ...headWidthOptions, ...autoencoderOptions },
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
