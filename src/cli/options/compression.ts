import { z } from "zod";
import {
  type CompressionRecipe,
  compressionSchema,
  HIDDEN_SHAPES,
  LINEAR_INITIALIZATIONS,
  parseCompression,
} from "../../training/index.ts";
import { flag, withoutDefaults } from "../flags/flag.ts";
import { asUsage } from "../usage.ts";

const group = "Recipe";
const shape = "Compressed transformer";

/** The recipe of a compression as flags. What is not given stays open. */
export const compressionRecipeOptions = withoutDefaults(compressionSchema.shape, { group });

/** The width of the compressed residual stream, of which one option may be given. */
export const residualWidthOptions = {
  dModel: flag(z.int().min(1).optional(), "Width of the residual stream", {
    group: shape,
    defaultText: "that of the compiled transformer",
  }),
  dModelCompressionRatio: flag(
    z.number().gt(0).max(1).optional(),
    "The same as a share of that of the compiled transformer",
    { group: shape },
  ),
};

/** The width of the compressed heads, of which one option may be given. */
export const headWidthOptions = {
  dHead: flag(z.int().min(1).optional(), "Width of a head", {
    group: shape,
    defaultText: "that of the compiled transformer",
  }),
  dHeadCompressionRatio: flag(
    z.number().gt(0).max(1).optional(),
    "The same as a share of that of the compiled transformer",
    { group: shape },
  ),
};

const coders = "Autoencoders";
const origin = "the original";

/** The autoencoders of a non-linear compression. */
export const autoencoderOptions = {
  aeLayers: flag(z.int().min(1).max(16).default(2), "Layers of an encoder, and of a decoder", {
    group: coders,
    origin,
  }),
  aeFirstHiddenLayerShape: flag(
    z.enum(HIDDEN_SHAPES).default("wide"),
    "The first hidden layer: wider than the input, or between input and code",
    { group: coders, origin },
  ),
  aeEpochs: flag(z.int().min(0).default(70), "The most steps of training them alone", {
    group: coders,
    origin,
  }),
  aeLrStart: flag(z.number().gt(0).default(0.01), "Learning rate of that training", {
    group: coders,
    origin,
  }),
  aeMaxTrainSamples: flag(z.int().min(1).default(2048), "The most inputs of that training", {
    group: coders,
    unit: "inputs",
    origin,
  }),
  aeDesiredTestMse: flag(
    z.number().min(0).default(1e-3),
    "Mean squared error at which that training ends",
    { group: coders, origin },
  ),
  aeTrainLossWeight: flag(
    z.number().min(0).default(0.5),
    "Weight of what they lose, in training them with the transformer",
    { group: coders, origin },
  ),
};

/** How the matrix of a linear compression begins. */
export const linearOptions = {
  linearCompressionInitialization: flag(
    z.enum(LINEAR_INITIALIZATIONS).default("linear"),
    "The matrix at the start: uniform in ±1/√d_model, or with orthonormal columns",
    { group: shape, origin: "the original" },
  ),
};

/** Values of {@link compressionRecipeOptions}. */
export type CompressionChoice = z.output<z.ZodObject<typeof compressionRecipeOptions>>;

/** The recipe that is asked for. */
export function chosenCompression(choice: CompressionChoice): CompressionRecipe {
  const given = Object.keys(compressionRecipeOptions)
    .map((key) => [key, choice[key as keyof CompressionChoice]] as const)
    .filter(([, value]) => value !== undefined);
  return asUsage(() => parseCompression(Object.fromEntries(given)));
}
