import type { RecipeInput } from "./recipe.ts";

/**
 * A recipe for a demonstration: case 3 reaches 99.9 % accuracy, IIA and strict accuracy (on all its
 * 65,536 pairs) after 500 to 1,800 updates of 16 pairs, about a second, with every seed tried (20).
 *
 * What makes it fast, in order: small batches, patching half of the outside nodes at once
 * (`sample_all`) with full weight, one update on the sum of the losses, and a larger learning rate.
 * It is meant for transformers of a few thousand parameters and for inputs that can be listed.
 */
export const FAST_RECIPE: RecipeInput = {
  singleLoss: true,
  siitSampling: "sample_all",
  strictWeight: 1,
  batchSize: 16,
  learningRate: 5e-3,
  trainPairs: 4096,
  validationPairs: 2048,
  valIiaSampling: "all",
  earlyStopAccuracy: 99.9,
  epochs: 100,
};

/** A natural model's recipe: behaviour alone. */
export const NATURAL_RECIPE: RecipeInput = { iitWeight: 0, strictWeight: 0, behaviorWeight: 1 };

/**
 * A recipe from arguments as they were typed for the original, whose strict weight acts squared:
 * the same run with the effective weight (0.4 becomes 0.16).
 */
export function fromOriginal(typed: RecipeInput): RecipeInput {
  return { ...typed, strictWeight: (typed.strictWeight ?? 0.4) ** 2, compat: false };
}
