import type { z } from "zod";
import { asUsage, grouped, withoutDefaults } from "../../flags/index.ts";
import {
  autoencoderOptions,
  headWidthOptions,
  linearOptions,
  residualWidthOptions,
} from "../../jobs/index.ts";
import {
  type CompressionRecipeInput,
  compressionSchema,
  parseCompression,
} from "../../training/index.ts";

const shape = "Compressed transformer";
const { initialization, ...widths } = linearOptions;

/** The recipe of a compression as flags. What is not given stays open. */
export const compressionRecipeOptions = withoutDefaults(compressionSchema.shape, {
  group: "Recipe",
});

/** Options of a linear compression. */
export const linearFlags = grouped(shape, {
  ...widths,
  linearCompressionInitialization: initialization,
});

/** Options of a non-linear compression. */
export const nonLinearFlags = {
  ...grouped(shape, { ...residualWidthOptions, ...headWidthOptions }),
  ...grouped("Autoencoders", autoencoderOptions),
};

/** Values of {@link compressionRecipeOptions}. */
export type CompressionChoice = z.output<z.ZodObject<typeof compressionRecipeOptions>>;

/** What is asked for of a recipe. Usage error `E_RECIPE` for what none can have. */
export function chosenCompression(choice: CompressionChoice): CompressionRecipeInput {
  const given = Object.keys(compressionRecipeOptions)
    .map((key) => [key, choice[key as keyof CompressionChoice]] as const)
    .filter(([, value]) => value !== undefined);
  const fields: CompressionRecipeInput = Object.fromEntries(given);
  asUsage(() => parseCompression(fields));
  return fields;
}
