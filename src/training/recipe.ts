import * as z from "zod/mini";
import { describeValue, InterpBenchError, parseWith, schemaFault } from "../errors/index.ts";
import { field } from "./field.ts";

const CLI = "the original's command line";
const LIBRARY = "the original's training library";
const PYTORCH = "PyTorch";
const OURS = "this project";

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
 * All hyper-parameters of a training run, each with its default, meaning and origin. Parsing `{}`
 * gives the original's `train iit` with its faults mended; see {@link parseRecipe}.
 */
export const recipeSchema = z.strictObject({
  iitWeight: field(z._default(weight, 1), "Weight of the IIT loss; 0 skips the term.", {
    origin: CLI,
    aliases: ["-iit"],
  }),
  behaviorWeight: field(z._default(weight, 1), "Weight of the behaviour loss; 0 skips the term.", {
    origin: CLI,
    aliases: ["-b"],
  }),
  strictWeight: field(
    z._default(weight, 0.16),
    "Weight of the strict (SIIT) loss; 0 skips the term. With compat it acts as its square.",
    { origin: `${CLI}: 0.4, which acts squared`, aliases: ["-s"] },
  ),
  compat: field(
    z._default(z.boolean(), false),
    "The original's numerics, for its recipes: a strict weight that acts squared (there 0.4 if not given), and initial weights of torch's seed 0 whatever the seed.",
    { origin: OURS },
  ),
  sourceGradient: field(
    z._default(z.boolean(), false),
    "Gradients flow through the run on the source, too; without, exchanged values are constants.",
    {
      origin: `${LIBRARY}, where its switch has no effect on compiled cases`,
      aliases: ["--backprop-on-cache"],
    },
  ),
  joint: field(
    z._default(z.boolean(), false),
    "One loss on pairs that each exchange a variable (or none) and outside nodes together, instead of three losses with one choice per batch. A pair counts with the weight of the term it is a case of.",
    { origin: OURS },
  ),
  edgeExchange: field(
    z._default(z.boolean(), false),
    "With the joint loss: edges outside the circuit take what they carry from the source, in place of siitSampling's nodes as wholes. For each pair one of: none of them, one, all of one outside node, each with probability ½, all.",
    { origin: OURS },
  ),
  edgeWriters: field(
    z.optional(z.enum(["one", "all"])),
    "Whether edgeExchange takes all edges of one outside node (if not given), or of all such nodes together.",
    { origin: OURS },
  ),
  epochs: field(z._default(steps.check(z.gte(0)), 2000), "The most epochs to train.", {
    unit: "epochs",
    origin: CLI,
  }),
  updates: field(
    z.optional(steps.check(z.gte(1))),
    "The most updates of the weights to train; a cosine schedule without cycles ends there.",
    { unit: "updates", origin: OURS },
  ),
  validationInterval: field(
    z.optional(steps.check(z.gte(1))),
    "Validate after so many updates, and at the end, instead of after every epoch.",
    { unit: "updates", origin: OURS },
  ),
  batchSize: field(z._default(pairs, 256), "Pairs of inputs per batch.", {
    unit: "pairs",
    origin: CLI,
  }),
  trainPairs: field(z._default(pairs, 96_000), "Pairs of inputs in an epoch.", {
    unit: "pairs",
    origin: "80 % of the original's 120,000 samples",
  }),
  validationPairs: field(z._default(pairs, 24_000), "The most pairs that validation looks at.", {
    unit: "pairs",
    origin: "20 % of the original's 120,000 samples",
  }),
  validationShare: field(
    z._default(share, 0.2),
    "Share of the pairs (of the inputs where there are many) held out for validation.",
    { origin: CLI },
  ),
  learningRate: field(z._default(rate, 1e-3), "Adam's learning rate at the start.", {
    origin: CLI,
    aliases: ["--lr", "-lr"],
  }),
  learningRateSchedule: field(
    z._default(z.enum(["constant", "linear", "plateau", "cosine"]), "constant"),
    "How the learning rate changes: from epoch to epoch, or (cosine) with every update down to 0.",
    { origin: CLI, aliases: ["--lr-scheduler"] },
  ),
  cycleUpdates: field(
    z.optional(steps.check(z.gte(1))),
    "The cosine schedule starts again after so many updates, instead of taking all of them.",
    { unit: "updates", origin: OURS },
  ),
  cycleGrowth: field(
    z._default(z.number().check(z.gte(1)), 1),
    "How many times as many updates each further cycle of the cosine schedule takes.",
    { origin: OURS },
  ),
  warmUpUpdates: field(
    z._default(steps.check(z.gte(0)), 0),
    "Updates over which the learning rate rises to its value.",
    { unit: "updates", origin: OURS },
  ),
  finalLearningRate: field(
    z._default(z.number().check(z.gte(0)), 2e-4),
    "Where the linear schedule ends after the last epoch.",
    { origin: LIBRARY },
  ),
  plateauPatience: field(
    z._default(steps.check(z.gte(0)), 10),
    "Validations without a better sum of metrics before the plateau schedule lowers the rate.",
    { unit: "validations", origin: PYTORCH },
  ),
  plateauFactor: field(
    z._default(share, 0.1),
    "What the plateau schedule multiplies the rate by.",
    {
      origin: PYTORCH,
    },
  ),
  scheduleMetrics: field(
    z._default(accuracies, ORIGINAL_ACCURACIES),
    "Metrics whose sum the plateau schedule watches.",
    { origin: CLI, aliases: ["--scheduler-val-metric"] },
  ),
  beta1: field(
    z._default(z.number().check(z.gte(0), z.lt(1)), 0.9),
    "Adam's decay of the gradients' mean.",
    {
      origin: PYTORCH,
    },
  ),
  beta2: field(
    z._default(z.number().check(z.gte(0), z.lt(1)), 0.9),
    "Adam's decay of the squared gradients' mean.",
    { origin: `${LIBRARY} (PyTorch has 0.999)` },
  ),
  epsilon: field(z._default(rate, 1e-8), "Adam's guard against dividing by 0.", {
    origin: PYTORCH,
  }),
  clipGradNorm: field(z._default(rate, 0.1), "Largest global norm of an update's gradients.", {
    origin: CLI,
  }),
  singleLoss: field(
    z._default(z.boolean(), false),
    "One update per batch on the sum of the losses, instead of one per loss.",
    { origin: CLI, aliases: ["--use-single-loss", "-single-loss"] },
  ),
  siitSampling: field(
    z._default(z.enum(["individual", "sample_all", "all", "mixed"]), "individual"),
    "Which nodes outside the circuit are patched: one, each with probability ½, all, or mixed: none, one, all, or each with probability ½, a quarter of the pairs each.",
    { origin: CLI },
  ),
  valIiaSampling: field(
    z._default(z.enum(["random", "all"]), "random"),
    "Validate IIA with one variable per batch, or with all of them.",
    { origin: CLI },
  ),
  atol: field(z._default(rate, 0.05), "Distance below which a number counts as right.", {
    origin: CLI,
  }),
  earlyStop: field(
    z._default(z.boolean(), true),
    "Stop before the last epoch when the accuracies are reached or patience is over.",
    { origin: CLI },
  ),
  goalMetrics: field(
    z._default(accuracies, ORIGINAL_ACCURACIES),
    "Accuracies that have to be reached and choose the best weights, if their loss has a weight.",
    { origin: LIBRARY },
  ),
  earlyStopAccuracy: field(
    z._default(z.number().check(z.gte(0), z.lte(100)), 99.5),
    "What those accuracies have to reach.",
    { unit: "per cent", origin: CLI, aliases: ["--early-stop-accuracy-threshold"] },
  ),
  settleUpdates: field(
    z._default(steps.check(z.gte(0)), 0),
    "After the accuracies are reached, go on for so many updates while the learning rate goes down to 0.",
    { unit: "updates", origin: OURS },
  ),
  patience: field(
    z.optional(steps.check(z.gte(1))),
    "Stop after this many validations without a better sum of those accuracies.",
    { unit: "validations", origin: OURS },
  ),
  initialization: field(
    z._default(z.enum(["original", "width", "fan-in"]), "original"),
    "Initial weights: σ = 0.8/√d_model of the compiled model, 1/√d_model of the trained one, or 1/√inputs of each matrix, less in deep models.",
    { origin: LIBRARY },
  ),
  seed: field(
    z._default(z.int().check(z.gte(0)), 0),
    "Seed of everything random: initial weights, pairs, order, nodes.",
    { origin: LIBRARY },
  ),
});

/** All hyper-parameters of a training run, complete and checked. */
export type Recipe = Readonly<z.output<typeof recipeSchema>>;

/** A recipe as written: what is left out takes its default. */
export type RecipeInput = z.input<typeof recipeSchema>;

/**
 * A complete recipe. With `compat`, a strict weight that is not given is the original's 0.4.
 *
 * Throws `E_RECIPE` for unknown fields and values outside their range, and when all weights are 0.
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
  return Object.freeze(recipe);
}

/** What the strict loss is multiplied by: the strict weight, or its square with `compat`. */
export function effectiveStrictWeight({
  strictWeight,
  compat,
}: Pick<Recipe, "strictWeight" | "compat">): number {
  return compat ? strictWeight ** 2 : strictWeight;
}
