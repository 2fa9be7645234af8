import { z } from "zod";
import type { Case } from "../../cases/index.ts";
import { amendFlag, asUsage, flag, grouped, withoutDefaults } from "../../flags/index.ts";
import { numSamplesOption, trainingOptions } from "../../jobs/index.ts";
import type { LossWeights } from "../../models/index.ts";
import {
  baseRecipe,
  changedRecipe,
  FAST_RECIPE,
  pairsOfSamples,
  parseRecipe,
  RECIPE_BASES,
  type Recipe,
  type RecipeInput,
  recipeFields,
} from "../../training/index.ts";

const { seed: _seed, ...fields } = recipeFields;
const { learningRateSchedule, scheduleMetrics, goalMetrics, earlyStopAccuracy } = fields;

const group = "Recipe";

/**
 * The fields of a recipe as flags, in the original's spellings, too. The seed is the common one.
 * What is not given stays open: see {@link chosenRecipe}. Help names the defaults of {@link FAST_RECIPE}.
 */
export const recipeOptions = withoutDefaults(
  {
    ...fields,
    learningRateSchedule: amendFlag(learningRateSchedule, { synonyms: { "": "constant" } }),
    scheduleMetrics: amendFlag(scheduleMetrics, {
      takesMany: true,
      placeholder: "METRIC,…",
      synonyms: {
        "val/accuracy": "accuracy",
        "val/IIA": "iia",
        "val/strict_accuracy": "strictAccuracy",
      },
    }),
    goalMetrics: amendFlag(goalMetrics, {
      takesMany: true,
      placeholder: "METRIC,…",
      defaultText: "all four",
    }),
    earlyStopAccuracy: amendFlag(earlyStopAccuracy, { unit: "%" }),
  },
  { group },
  FAST_RECIPE,
);

const {
  iitWeight: _iit,
  behaviorWeight: _behavior,
  strictWeight: _strict,
  joint: _joint,
  siitSampling: _sampling,
  sourceGradient: _gradient,
  singleLoss: _single,
  ...naturalOptions
} = recipeOptions;

/** The fields that matter where behaviour alone is trained. */
export const naturalRecipeOptions = naturalOptions;

/** The option that says what stands for fields that are not given, with its default. */
const recipeOption = (standard: (typeof RECIPE_BASES)[number]) => ({
  recipe: flag(
    z.enum(RECIPE_BASES).default(standard),
    "What holds where nothing is given: the defaults below, for results in the least time (fast), the recipe that the case's published model was trained by, or the original's defaults",
    { group },
  ),
});

/** What stands for fields that are not given: the recipe for results in the least time. */
export const recipeChoice = recipeOption("fast");

/** The same of a command for one case: its own recipe. */
export const caseRecipeChoice = recipeOption("case");

const size = "Transformer and data";

/** How many inputs to train on, with its default. */
export const samplesOption = (standard: number) =>
  grouped(size, { numSamples: numSamplesOption(standard) });

/** Options of `train iit` besides the recipe. */
export const trainingFlags = grouped(size, trainingOptions);

/** Values of {@link recipeOptions} and {@link trainingFlags}, with the common seed. */
export type TrainingChoice = z.output<
  z.ZodObject<typeof recipeChoice & typeof naturalRecipeOptions & typeof trainingFlags>
> &
  Partial<z.output<z.ZodObject<typeof recipeOptions>>> & { readonly seed: number };

/**
 * The recipe that is asked for; `preset` is what holds whatever is given. Usage error `E_RECIPE` if it
 * trains nothing.
 */
export function chosenRecipe(
  choice: TrainingChoice,
  own: Pick<Case, "recipe" | "fast">,
  preset: RecipeInput = {},
): Recipe {
  const given = Object.keys(recipeOptions)
    .map((key) => [key, choice[key as keyof TrainingChoice]] as const)
    .filter(([, value]) => value !== undefined);
  return asUsage(() =>
    parseRecipe({
      ...pairsOfSamples(choice.numSamples, choice.validationShare),
      ...changedRecipe(baseRecipe(choice.recipe, own), Object.fromEntries(given) as RecipeInput),
      ...preset,
      seed: choice.seed,
    }),
  );
}

/** Loss weights as `train iit` takes them: `-iit 1 -b 1 -s 0.4`. */
export function weightsWords({ iitWeight, behaviorWeight, strictWeight }: LossWeights): string[] {
  return ["-iit", `${iitWeight}`, "-b", `${behaviorWeight}`, "-s", `${strictWeight}`];
}
