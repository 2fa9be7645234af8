import type { Case, CaseRecipe } from "../cases/index.ts";
import { type RecipeInput, VALIDATION_ACCURACIES } from "./recipe.ts";

/**
 * The recipe for results in seconds: gradients through the run on the source, one joint loss in which
 * outside edges take what they carry from the source, and a cosine schedule over 6,144 updates of 32
 * pairs, validated every 512; for cases that need more, then over twice and over four times as many.
 *
 * What makes it work, in order: without gradients through the source nothing tells outside nodes to
 * be silent and images to carry their variable, scales race upwards and attention saturates; the
 * joint loss needs two passes instead of four; Adam with β₂ = 0.999. Exchanging edges is not needed to
 * reach the goal: without it the truth holds for nodes, but not for edges. `docs/training.md` has what
 * every case comes to.
 */
export const FAST_RECIPE: RecipeInput = {
  sourceGradient: true,
  joint: true,
  edgeExchange: true,
  strictWeight: 1,
  siitSampling: "mixed",
  initialization: "width",
  batchSize: 32,
  trainPairs: 16_384,
  validationPairs: 2048,
  valIiaSampling: "all",
  updates: 43_008,
  cycleUpdates: 6144,
  cycleGrowth: 2,
  validationInterval: 512,
  settleUpdates: 512,
  learningRate: 3e-3,
  learningRateSchedule: "cosine",
  warmUpUpdates: 100,
  beta2: 0.999,
  clipGradNorm: 1,
  goalMetrics: VALIDATION_ACCURACIES.slice(),
  earlyStopAccuracy: 99.9,
};

/** The recipe for results in the least time on a case: {@link FAST_RECIPE}, and what the case changes in it. */
export function fastRecipe({ fast }: Pick<Case, "fast">): RecipeInput {
  return { ...FAST_RECIPE, ...fast };
}

/**
 * The pairs of an epoch and of its validation where a recipe says neither: one for each input, of which
 * the share `validationShare` (default 0.2) is for validation, rounded down, as in the original.
 */
export function pairsOfSamples(
  samples: number,
  validationShare = 0.2,
): Required<Pick<RecipeInput, "trainPairs" | "validationPairs">> {
  const validationPairs = Math.max(1, Math.floor(validationShare * samples));
  return { trainPairs: Math.max(1, samples - validationPairs), validationPairs };
}

/** What may stand for the fields of a recipe that are not given. */
export const RECIPE_BASES = ["original", "case", "fast"] as const;

/** The original's defaults, the recipe that the case says it has been trained by, or the fast one. */
export function baseRecipe(
  base: (typeof RECIPE_BASES)[number],
  own: Pick<Case, "recipe" | "fast">,
): RecipeInput {
  return { original: {}, case: caseRecipe(own.recipe), fast: fastRecipe(own) }[base];
}

/** What a case says about its training, as the fields of a recipe. */
function caseRecipe({ origin: _origin, seed: _seed, ...recipe }: CaseRecipe): RecipeInput {
  return recipe;
}

/**
 * A base with changes. What of the base needs something that is changed falls with it: the exchange of edges with
 * `joint` or `sourceGradient`, and `silenceWeight` with the exchange of edges.
 */
export function changedRecipe(base: RecipeInput, changes: RecipeInput): RecipeInput {
  const isDetached = changes.joint === false || changes.sourceGradient === false;
  const fallen = { ...base, ...(isDetached ? { edgeExchange: false } : {}), ...changes };
  if (fallen.edgeExchange === true || "silenceWeight" in changes) return fallen;
  const { silenceWeight: _silence, ...rest } = fallen;
  return rest;
}

/** A natural model's recipe: behaviour alone. */
export const NATURAL_RECIPE: RecipeInput = { iitWeight: 0, strictWeight: 0, behaviorWeight: 1 };

/**
 * A recipe from arguments as they were typed for the original, whose strict weight acts squared:
 * the same run with the effective weight (0.4 becomes 0.16).
 */
export function fromOriginal(typed: RecipeInput): RecipeInput {
  return { ...typed, strictWeight: (typed.strictWeight ?? 0.4) ** 2, compat: false };
}
