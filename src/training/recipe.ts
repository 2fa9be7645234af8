import * as z from "zod/mini";
import { describeValue, InterpBenchError, parseWith, schemaFault } from "../errors/index.ts";

const weight = z.number().check(z.gte(0));
const rate = z.number().check(z.gt(0));
const share = z.number().check(z.gt(0), z.lt(1));
/** A number of updates or epochs: it only has to be countable. */
const steps = z.int().check(z.lte(1e12));
/** A number of pairs, which are drawn and kept: tens of bytes each. */
const pairs = z.int().check(z.gte(1), z.lte(20_000_000));

/** What a validation epoch measures, as fractions from 0 to 1, for stopping and the plateau. */
export const VALIDATION_ACCURACIES = [
  "accuracy",
  "iia",
  "strictAccuracy",
  "jointStrictAccuracy",
] as const;
export type ValidationAccuracy = (typeof VALIDATION_ACCURACIES)[number];

const accuracies = z.array(z.enum(VALIDATION_ACCURACIES)).check(z.minLength(1));

/** What the original measures. */
const ORIGINAL_ACCURACIES: ValidationAccuracy[] = ["accuracy", "iia", "strictAccuracy"];

/**
 * All hyper-parameters of a training run with their defaults; `recipeFields` says what they mean. Parsing `{}`
 * gives the original's `train iit` with its faults mended; see {@link parseRecipe}.
 */
export const recipeSchema = z.strictObject({
  iitWeight: z._default(weight, 1),
  behaviorWeight: z._default(weight, 1),
  strictWeight: z._default(weight, 0.16),
  compat: z._default(z.boolean(), false),
  sourceGradient: z._default(z.boolean(), false),
  joint: z._default(z.boolean(), false),
  edgeExchange: z._default(z.boolean(), false),
  silenceWeight: z.optional(weight),
  epochs: z._default(steps.check(z.gte(0)), 2000),
  updates: z.optional(steps.check(z.gte(1))),
  validationInterval: z.optional(steps.check(z.gte(1))),
  batchSize: z._default(pairs, 256),
  trainPairs: z._default(pairs, 96_000),
  validationPairs: z._default(pairs, 24_000),
  validationShare: z._default(share, 0.2),
  learningRate: z._default(rate, 1e-3),
  learningRateSchedule: z._default(z.enum(["constant", "linear", "plateau", "cosine"]), "constant"),
  cycleUpdates: z.optional(steps.check(z.gte(1))),
  cycleGrowth: z._default(z.number().check(z.gte(1)), 1),
  warmUpUpdates: z._default(steps.check(z.gte(0)), 0),
  finalLearningRate: z._default(z.number().check(z.gte(0)), 2e-4),
  plateauPatience: z._default(steps.check(z.gte(0)), 10),
  plateauFactor: z._default(share, 0.1),
  plateauThreshold: z.optional(z.enum(["relative", "absolute"])),
  scheduleMetrics: z._default(accuracies, ORIGINAL_ACCURACIES),
  beta1: z._default(z.number().check(z.gte(0), z.lt(1)), 0.9),
  beta2: z._default(z.number().check(z.gte(0), z.lt(1)), 0.9),
  epsilon: z._default(rate, 1e-8),
  clipGradNorm: z._default(rate, 0.1),
  singleLoss: z._default(z.boolean(), false),
  siitSampling: z._default(z.enum(["individual", "sample_all", "all", "mixed"]), "individual"),
  valIiaSampling: z._default(z.enum(["random", "all"]), "random"),
  atol: z._default(rate, 0.05),
  earlyStop: z._default(z.boolean(), true),
  goalMetrics: z._default(accuracies, ORIGINAL_ACCURACIES),
  earlyStopAccuracy: z._default(z.number().check(z.gte(0), z.lte(100)), 99.5),
  settleUpdates: z._default(steps.check(z.gte(0)), 0),
  patience: z.optional(steps.check(z.gte(1))),
  initialization: z._default(z.enum(["original", "width", "fan-in"]), "original"),
  seed: z._default(z.int().check(z.gte(0)), 0),
});

/** All hyper-parameters of a training run, complete and checked. */
export type Recipe = Readonly<z.output<typeof recipeSchema>>;

/** A recipe as written: what is left out takes its default. */
export type RecipeInput = z.input<typeof recipeSchema>;

/**
 * A complete recipe. With `compat`, a strict weight that is not given is the original's 0.4.
 *
 * Throws `E_RECIPE` for unknown fields and values outside their range, when all weights are 0, and for fields that
 * could not do what they say: `edgeExchange` without `joint` and `sourceGradient`, `silenceWeight` without `edgeExchange`, and
 * `earlyStop` at `goalMetrics` none of whose losses has a weight.
 */
export function parseRecipe(input: RecipeInput = {}): Recipe {
  const compatible = input.compat === true ? { strictWeight: 0.4, ...input } : input;
  const result = parseWith(recipeSchema, compatible);
  if (!result.success) {
    const { at, expected, received } = schemaFault(result.error, compatible);
    throw new InterpBenchError("E_RECIPE", "the recipe is not usable", {
      at: at || "recipe",
      expected,
      received: describeValue(received),
    });
  }
  const recipe = result.data;
  if (recipe.iitWeight + recipe.behaviorWeight + recipe.strictWeight === 0) {
    throw new InterpBenchError("E_RECIPE", "all weights are 0, so there is nothing to train", {
      expected: "iitWeight, behaviorWeight or strictWeight above 0",
    });
  }
  assertTogether(recipe);
  return Object.freeze(recipe);
}

/** Fields that need others. */
function assertTogether(recipe: Recipe): void {
  const refuseUnless = (goesTogether: boolean, at: keyof Recipe, expected: string) => {
    if (goesTogether) return;
    const received = String(recipe[at]);
    throw new InterpBenchError("E_RECIPE", "the recipe is not usable", { at, expected, received });
  };
  const { joint, sourceGradient, edgeExchange, silenceWeight = 0, earlyStop, goalMetrics } = recipe;
  const weights = accuracyWeights(recipe);
  refuseUnless(
    !edgeExchange || (joint && sourceGradient),
    "edgeExchange",
    "joint and sourceGradient with it",
  );
  refuseUnless(silenceWeight === 0 || edgeExchange, "silenceWeight", "edgeExchange with it");
  refuseUnless(
    !earlyStop || goalMetrics.some((name) => weights[name] > 0),
    "goalMetrics",
    "an accuracy whose loss has a weight, or no earlyStop",
  );
}

/** The weight of the loss that each accuracy is about. */
export function accuracyWeights(
  recipe: Pick<Recipe, "iitWeight" | "behaviorWeight" | "strictWeight" | "compat">,
): Readonly<Record<ValidationAccuracy, number>> {
  const strict = effectiveStrictWeight(recipe);
  return {
    accuracy: recipe.behaviorWeight,
    iia: recipe.iitWeight,
    strictAccuracy: strict,
    jointStrictAccuracy: strict,
  };
}

/** What the strict loss is multiplied by: the strict weight, or its square with `compat`. */
export function effectiveStrictWeight({
  strictWeight,
  compat,
}: Pick<Recipe, "strictWeight" | "compat">): number {
  return compat ? strictWeight ** 2 : strictWeight;
}
