import { z } from "zod";
import {
  type CompressionRecipe,
  compressionSchema,
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
