import { type FieldFacts, field } from "./field.ts";
import { type Recipe, recipeSchema } from "./recipe.ts";

const CLI = "the original's command line";
const LIBRARY = "the original's training library";
const PYTORCH = "PyTorch";
const OURS = "this project";

/** What a field of a recipe means, in a line, and what command lines show besides. */
interface RecipeText extends FieldFacts {
  readonly description: string;
}

/** What each field of a recipe means, and where its default comes from. */
const RECIPE_TEXTS: { readonly [Field in keyof Required<Recipe>]: RecipeText } = {
  iitWeight: {
    description: "Weight of the IIT loss; 0 skips the term.",
    origin: CLI,
    aliases: ["-iit"],
  },
  behaviorWeight: {
    description: "Weight of the behaviour loss; 0 skips the term.",
    origin: CLI,
    aliases: ["-b"],
  },
  strictWeight: {
    description:
      "Weight of the strict (SIIT) loss; 0 skips the term. With compat it acts as its square.",
    origin: `${CLI}: 0.4, which acts squared`,
    aliases: ["-s"],
  },
  compat: {
    description:
      "The original's numerics, for its recipes: a strict weight that acts squared (there 0.4 if not given), and initial weights of torch's seed 0 whatever the seed.",
    origin: OURS,
  },
  sourceGradient: {
    description:
      "Gradients flow through the run on the source, too; without, exchanged values are constants.",
    origin: `${LIBRARY}, where its switch has no effect on compiled cases`,
    aliases: ["--backprop-on-cache"],
  },
  joint: {
    description:
      "One loss on pairs that each exchange a variable (or none) and outside nodes together, instead of three losses with one choice per batch. A pair counts with the weight of the term it is a case of.",
    origin: OURS,
  },
  edgeExchange: {
    description:
      "With the joint loss: edges outside the circuit take what they carry from the source, in place of siitSampling's nodes as wholes. For each pair one of: none of them, one, all of one outside node, each with probability ½, all.",
    origin: OURS,
  },
  silenceWeight: {
    description:
      "With edgeExchange: weight of how differently outside nodes write on base and source (squared, summed over nodes, mean over positions), which is added to the loss of every pair.",
    origin: OURS,
  },
  epochs: {
    description: "The most epochs to train.",
    unit: "epochs",
    origin: CLI,
  },
  updates: {
    description:
      "The most updates of the weights to train, rounded up to whole batches, which have one for each of the three losses unless they are joint or one; a cosine schedule without cycles ends there.",
    unit: "updates",
    origin: OURS,
  },
  validationInterval: {
    description: "Validate after so many updates, and at the end, instead of after every epoch.",
    unit: "updates",
    origin: OURS,
  },
  batchSize: {
    description: "Pairs of inputs per batch.",
    unit: "pairs",
    origin: CLI,
  },
  trainPairs: {
    description: "Pairs of inputs in an epoch.",
    unit: "pairs",
    origin: "80 % of the original's 120,000 samples",
  },
  validationPairs: {
    description: "The most pairs that validation looks at.",
    unit: "pairs",
    origin: "20 % of the original's 120,000 samples",
  },
  validationShare: {
    description: "Share of the pairs (of the inputs where there are many) held out for validation.",
    origin: CLI,
  },
  learningRate: {
    description: "Adam's learning rate at the start.",
    origin: CLI,
    aliases: ["--lr", "-lr"],
  },
  learningRateSchedule: {
    description:
      "How the learning rate changes: from epoch to epoch, or (cosine) with every update down to 0.",
    origin: CLI,
    aliases: ["--lr-scheduler"],
  },
  cycleUpdates: {
    description:
      "The cosine schedule starts again after so many updates, instead of taking all of them.",
    unit: "updates",
    origin: OURS,
  },
  cycleGrowth: {
    description: "How many times as many updates each further cycle of the cosine schedule takes.",
    origin: OURS,
  },
  warmUpUpdates: {
    description: "Updates over which the learning rate rises to its value.",
    unit: "updates",
    origin: OURS,
  },
  finalLearningRate: {
    description: "Where the linear schedule ends after the last epoch.",
    origin: LIBRARY,
  },
  plateauPatience: {
    description:
      "Validations without a better sum of metrics before the plateau schedule lowers the rate.",
    unit: "validations",
    origin: PYTORCH,
  },
  plateauFactor: {
    description: "What the plateau schedule multiplies the rate by.",
    origin: PYTORCH,
  },
  plateauThreshold: {
    description:
      "What the plateau schedule takes for better: a sum of 1.0001 times the best (relative, the default) or of 0.0001 more (absolute).",
    origin: PYTORCH,
  },
  scheduleMetrics: {
    description: "Metrics whose sum the plateau schedule watches.",
    origin: CLI,
    aliases: ["--scheduler-val-metric"],
  },
  beta1: {
    description: "Adam's decay of the gradients' mean.",
    origin: PYTORCH,
  },
  beta2: {
    description: "Adam's decay of the squared gradients' mean.",
    origin: `${LIBRARY} (PyTorch has 0.999)`,
  },
  epsilon: {
    description: "Adam's guard against dividing by 0.",
    origin: PYTORCH,
  },
  clipGradNorm: {
    description: "Largest global norm of an update's gradients.",
    origin: CLI,
  },
  singleLoss: {
    description: "One update per batch on the sum of the losses, instead of one per loss.",
    origin: CLI,
    aliases: ["--use-single-loss", "-single-loss"],
  },
  siitSampling: {
    description:
      "Which nodes outside the circuit are patched: one, each with probability ½, all, or mixed: none, one, all, or each with probability ½, a quarter of the pairs each.",
    origin: CLI,
  },
  valIiaSampling: {
    description: "Validate IIA with one variable per batch, or with all of them.",
    origin: CLI,
  },
  atol: {
    description: "Distance below which a number counts as right.",
    origin: CLI,
  },
  earlyStop: {
    description: "Stop before the last epoch when the accuracies are reached or patience is over.",
    origin: CLI,
  },
  goalMetrics: {
    description:
      "Accuracies that have to be reached and choose the best weights, if their loss has a weight.",
    origin: LIBRARY,
  },
  earlyStopAccuracy: {
    description: "What those accuracies have to reach.",
    unit: "per cent",
    origin: CLI,
    aliases: ["--early-stop-accuracy-threshold"],
  },
  settleUpdates: {
    description:
      "After the accuracies are reached, go on for so many updates while the learning rate goes down to 0.",
    unit: "updates",
    origin: OURS,
  },
  patience: {
    description: "Stop after this many validations without a better sum of those accuracies.",
    unit: "validations",
    origin: OURS,
  },
  initialization: {
    description:
      "Initial weights: σ = 0.8/√d_model of the compiled model, 1/√d_model of the trained one, or 1/√inputs of each matrix, less in deep models.",
    origin: LIBRARY,
  },
  seed: {
    description: "Seed of everything random: initial weights, pairs, order, nodes.",
    origin: LIBRARY,
  },
};

/** The fields of a recipe, with these texts as Zod's metadata: {@link recipeSchema} is for whoever shows none. */
export const recipeFields = Object.fromEntries(
  Object.entries(recipeSchema.shape).map(([name, schema]) => {
    const { description, ...facts } = RECIPE_TEXTS[name as keyof Recipe];
    return [name, field(schema, description, facts)];
  }),
) as typeof recipeSchema.shape;
