import * as z from "zod/mini";
import { describeValue, InterpBenchError, parseWith, schemaFault } from "../../errors/index.ts";
import { field } from "../field.ts";
import { parseRecipe, type Recipe } from "../recipe.ts";
import { NODE_SAMPLINGS } from "./exchanges.ts";
import type { ExchangeOptions } from "./learning.ts";

const ORIGINAL = "the original's compression training";

const count = z.int().check(z.gte(1), z.lte(20_000_000));
const rate = z.number().check(z.gt(0));
const share = z.number().check(z.gt(0), z.lt(1));
const decay = z.number().check(z.gte(0), z.lt(1));

/** The hyper-parameters of compression, each with its default, by the original's names. */
export const compressionSchema = z.strictObject({
  epochs: field(
    z._default(z.int().check(z.gte(0), z.lte(1e12)), 100),
    "The most epochs to train.",
    {
      unit: "epochs",
      origin: ORIGINAL,
    },
  ),
  batchSize: field(z._default(count, 256), "Pairs of inputs per batch.", {
    unit: "pairs",
    origin: ORIGINAL,
  }),
  maxTrainSamples: field(
    z._default(z.int().check(z.gte(2), z.lte(2_000_000)), 120_000),
    "Inputs that are drawn, and pairs of them in an epoch with those held out; fewer inputs if there are no more.",
    { unit: "inputs", origin: ORIGINAL },
  ),
  testDataRatio: field(z._default(share, 0.2), "Share of the pairs that is held out.", {
    origin: ORIGINAL,
  }),
  earlyStopThreshold: field(
    z.optional(z.number().check(z.gte(0), z.lte(1))),
    "Stop when accuracy and IIA have reached this.",
    { origin: ORIGINAL },
  ),
  lrStart: field(
    z._default(rate, 0.01),
    "Adam's learning rate at the start; 0.001 for a linear compression that starts exact, orthogonal at full width.",
    { origin: ORIGINAL },
  ),
  lrFactor: field(
    z._default(share, 0.75),
    "What the rate is multiplied by when accuracy, IIA and strict accuracy no longer rise.",
    { origin: ORIGINAL },
  ),
  lrPatience: field(
    z._default(z.int().check(z.gte(0), z.lte(1e12)), 10),
    "Validations without a better sum of them before that.",
    { unit: "validations", origin: ORIGINAL },
  ),
  beta1: field(z._default(decay, 0.9), "Adam's decay of the gradients' mean.", {
    origin: ORIGINAL,
  }),
  beta2: field(z._default(decay, 0.95), "Adam's decay of the squared gradients' mean.", {
    origin: ORIGINAL,
  }),
  gradientClip: field(z._default(rate, 1), "Largest norm of an update's gradients.", {
    origin: ORIGINAL,
  }),
  testAccuracyAtol: field(
    z._default(rate, 0.05),
    "Distance below which a number counts as right.",
    { origin: ORIGINAL },
  ),
  resampleAblationLossWeight: field(
    z._default(z.number().check(z.gte(0)), 1),
    "Weight of the intervention loss; 0 leaves it out.",
    { origin: ORIGINAL },
  ),
  resampleAblationLossEpochsGap: field(
    z._default(count, 50),
    "The intervention loss joins every so many batches (not epochs: the name is the original's).",
    { unit: "batches", origin: ORIGINAL },
  ),
  resampleAblationMaxInterventions: field(
    z._default(count, 10),
    "Different interventions in a batch; its pairs share them out.",
    { origin: ORIGINAL },
  ),
  resampleAblationMaxComponents: field(z._default(count, 1), "The most nodes of an intervention.", {
    origin: ORIGINAL,
  }),
  resampleAblationNodeSampling: field(
    z._default(z.enum(NODE_SAMPLINGS), "difference"),
    "Nodes of interventions after the first epoch: by how much their effects in both transformers differed at the last validation, or all alike.",
    { origin: ORIGINAL },
  ),
});

/** All hyper-parameters of compression, complete and checked. */
export type CompressionRecipe = Readonly<z.output<typeof compressionSchema>>;

/** The same as written: what is left out takes its default. */
export type CompressionRecipeInput = z.input<typeof compressionSchema>;

/** A complete recipe. Throws `E_RECIPE` for unknown fields and values outside their range. */
export function parseCompression(input: CompressionRecipeInput = {}): CompressionRecipe {
  const result = parseWith(compressionSchema, input);
  if (result.success) return Object.freeze(result.data);
  const { at, expected, received } = schemaFault(result.error, input);
  throw new InterpBenchError("E_RECIPE", "the recipe of the compression is not usable", {
    at: at || "recipe",
    expected,
    received: describeValue(received),
  });
}

/** The same as the recipe of a training run: the intervention loss is its IIT term. */
export function runRecipe(recipe: CompressionRecipe, seed: number): Recipe {
  const { earlyStopThreshold: threshold, maxTrainSamples, testDataRatio } = recipe;
  const validationPairs = Math.max(1, Math.round(testDataRatio * maxTrainSamples));
  return parseRecipe({
    iitWeight: recipe.resampleAblationLossWeight,
    behaviorWeight: 1,
    strictWeight: 0,
    singleLoss: true,
    epochs: recipe.epochs,
    batchSize: recipe.batchSize,
    trainPairs: Math.max(1, maxTrainSamples - validationPairs),
    validationPairs,
    validationShare: testDataRatio,
    valIiaSampling: "all",
    learningRate: recipe.lrStart,
    learningRateSchedule: "plateau",
    plateauFactor: recipe.lrFactor,
    plateauPatience: recipe.lrPatience,
    plateauThreshold: "absolute",
    beta1: recipe.beta1,
    beta2: recipe.beta2,
    clipGradNorm: recipe.gradientClip,
    atol: recipe.testAccuracyAtol,
    earlyStop: threshold !== undefined,
    ...(threshold === undefined ? {} : { earlyStopAccuracy: 100 * threshold }),
    seed,
  });
}

/** How interventions are made. */
export function exchangeOptions(recipe: CompressionRecipe): ExchangeOptions {
  return {
    batchesGap: recipe.resampleAblationLossEpochsGap,
    maxInterventions: recipe.resampleAblationMaxInterventions,
    maxComponents: recipe.resampleAblationMaxComponents,
    nodeSampling: recipe.resampleAblationNodeSampling,
  };
}
