import * as z from "zod/mini";
import { circuitAbove, fullGraph } from "../../circuit/index.ts";
import { type Ablation, type Steps, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { runOptions } from "../algorithm/common-options.ts";
import { discoveryParts, measureFindings } from "../algorithm/conclude.ts";
import { inTurns } from "../algorithm/context.ts";
import { option } from "../algorithm/options.ts";
import { edgeScores, meanScores } from "../algorithm/scores.ts";
import { selectedCircuit } from "../algorithm/selected-circuit.ts";
import { oneOrMore, settingsOf } from "../algorithm/settings.ts";
import { learnEach } from "../masks/learn-each.ts";
import { chosenObjective, maskNeeds, objectiveOptions } from "../masks/objective-options.ts";
import { drawRows } from "../masks/step-rows.ts";
import { drawUniform } from "./draw.ts";
import { prepareUniform, probabilitiesOf } from "./train.ts";

/** Edges that are more likely kept than not are in the circuit. */
const KEEP_ABOVE = 0.5;

/** The authors' learning rate: less where edges cost more, and where they carry another input's values. */
function defaultRate(lambda: number, { needsCorrupted }: Ablation): number {
  const rate = lambda <= 1e-4 ? 0.15 : lambda <= 5e-4 ? 0.1 : 0.05;
  return needsCorrupted ? rate / 5 : rate;
}

/**
 * Uniform gradient sampling: a probability for every edge, learnt from masks that are 0, 1 or, in a window
 * around the probability, uniform between; only these tell a slope, which counts for all. While masks learn, BOS is
 * not ablated; the circuits that are found are measured as those of all algorithms.
 */
export const ugs = defineAlgorithm({
  name: "ugs",
  title: "Uniform gradient sampling (UGS)",
  summary: "Learns a probability for every edge from masks that are now and then between 0 and 1.",
  reference: {
    text: "Li & Janson 2024, Optimal Ablation for Interpretability",
    url: "https://arxiv.org/abs/2409.09951",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: ["a planted circuit", "finite differences of a step"],
  },
  formula:
    "p(u → v), trained for the distance from the target under masks m drawn from it + `lambdaReg` · Σ p + a penalty on heads; m is 1 with probability p − w/2, 0 with 1 − p − w/2, else uniform between, w = p·(1 − p), and ∂L/∂p is the mean of ∂L/∂m where m is between",
  cost: {
    forward: "2 + `steps`·`prompts`·`samples`/rows",
    backward: "`steps`·`prompts`·`samples`/rows",
    note: "For each value of `lambdaReg`",
  },
  granularity: "qkv",
  needs: { gradients: true, of: maskNeeds },
  watchable: "masks",
  ranking: ({ lambdaReg }) => ({
    name:
      settingsOf("lambdaReg", lambdaReg).length > 1
        ? "mean probability of the edge"
        : "probability of the edge",
  }),
  advice: ({ kept, selection: { smallest, largest }, format }) =>
    kept === "nothing"
      ? `Nothing is kept: no path of edges with probabilities above ½; the largest is ${format(largest)}. A smaller \`lambdaReg\` keeps more.`
      : `Everything is kept: the smallest probability of an edge is ${format(smallest)}. A larger \`lambdaReg\`, or more \`steps\`, removes more.`,
  examples: [{ options: { lambdaReg: 0.001 }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: z.object({
    lambdaReg: option(
      z._default(oneOrMore(z.number().check(z.gte(0)), "one or more numbers of at least 0"), 1e-3),
      "Weight (λ) of the sum of the edges' probabilities, beside the distance from the target; several give a circuit each",
      { origin: "MIB", label: "λ" },
    ),
    steps: option(z._default(z.int().check(z.gte(1)), 1900), "Steps", {
      origin: "9500 prompts, once",
    }),
    prompts: option(z._default(z.int().check(z.gte(1)), 5), "Rows drawn for each step", {
      unit: "rows",
      origin: "the authors' code",
    }),
    samples: option(z._default(z.int().check(z.gte(1)), 12), "Draws of all masks for each row", {
      origin: "the authors' code",
    }),
    lr: option(z.optional(z.number().check(z.positive())), "Learning rate", {
      defaultText:
        "0.15, 0.1 or 0.05 for λ up to 1e-4, up to 5e-4 or above, a fifth of it under resample",
      origin: "the authors' code",
    }),
    ...objectiveOptions,
    ...runOptions,
    seed: option(z._default(z.int().check(z.gte(0)), 1234), "Seed of all draws", {
      isCommon: true,
    }),
  }),
  discover: async (task, options, context) => {
    const { lambdaReg, steps, prompts, samples, seed } = options;
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const ablation = chosenAblation(options.ablation);
    const settings = settingsOf("lambdaReg", lambdaReg);
    const key = Key.fromSeed(seed).fold("uniform gradient sampling");
    const probabilities = (values: Float64Array) => probabilitiesOf(config, graph, values);
    const see = (values: Float64Array) => {
      const scores = edgeScores(graph, probabilities(values));
      return { circuit: circuitAbove(scores, KEEP_ABOVE), scores };
    };
    const learnt = await withScope(context.backend, async (scope) => {
      const objective = chosenObjective(options, task);
      const preparing = prepareUniform(scope, task, graph, objective, ablation);
      const learner = await inTurns(preparing, context);
      const step = (setting: number, step: number): Steps<number> => {
        const { value: lambda } = settings[setting]!;
        const own = key.fold(step);
        const drawn = drawRows(task, own.fold("rows"), prompts);
        const rows = Uint32Array.from(
          { length: prompts * samples },
          (_, i) => drawn[Math.floor(i / samples)]!,
        );
        const draw = drawUniform(
          graph,
          probabilities(learner.values()),
          rows.length,
          own.fold("masks"),
        );
        const learningRate = options.lr ?? defaultRate(lambda, ablation);
        return learner.stepInSteps({ step: step + 1, learningRate, lambda, rows, draw });
      };
      const sweep = { learner, settings: settings.length, steps, unit: "steps", step, see };
      return learnEach(sweep, context);
    });
    const outcomes = learnt.map(({ maskLogits }) => see(maskLogits));
    const selected = outcomes.map(({ circuit, scores }, i) =>
      selectedCircuit(settings[i]!, { circuit }, scores, true),
    );
    const findings = await measureFindings(task, selected, context, { ablation });
    const rowsLooked = settings.length * steps * prompts * samples;
    const passes = Math.ceil(rowsLooked / task.rows);
    return discoveryParts(findings, {
      scores: meanScores(outcomes.map(({ scores }) => scores)),
      effects: undefined,
      evaluations: passes + (options.target === "model" ? 2 : 1),
      backwardPasses: passes,
    });
  },
});
