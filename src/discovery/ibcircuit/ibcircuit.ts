import * as z from "zod/mini";
import { componentScores, components, fullGraph } from "../../circuit/index.ts";
import { rowWeights, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { concludeDiscovery } from "../algorithm/conclude.ts";
import { inTurns } from "../algorithm/context.ts";
import { option } from "../algorithm/options.ts";
import { nodeCircuitSelector } from "../algorithm/selection.ts";
import { nodeSelection, withNodeSelection } from "../algorithm/selection-options.ts";
import { learnEach } from "../masks/learn-each.ts";
import { chosenObjective, objectiveNeeds, objectiveOptions } from "../masks/objective-options.ts";
import { taskOfRows } from "../task/task-rows.ts";
import { noisyHooks, prepareNoise } from "./train.ts";

/** θ starts around this: nearly all of every output is left. */
const START = { mean: 5, deviation: 0.01 } as const;

/**
 * IBCircuit: noise in place of as much of every head's output as the task can do without, learnt as an information
 * bottleneck. A head's score is how much of its output is left, on average; 0 if that is the same in all rows.
 */
export const ibcircuit = defineAlgorithm({
  name: "ibcircuit",
  title: "Information bottleneck circuit (IBCircuit)",
  summary: "Learns how much of each head's and MLP's output can be noise, and the output stay.",
  reference: {
    text: "Bian et al. 2025, IBCircuit: Towards Holistic Circuit Discovery with Information Bottleneck",
    url: "https://arxiv.org/abs/2602.22581",
  },
  maturity: { tier: "experimental", verifiedOn: [], checkedBy: ["a planted circuit"] },
  formula:
    "mean over rows of w, where u carries w·Y(u) + (1 − w)·(μ + σ·ε) with mean μ and deviation σ over the clean rows, trained for `distanceWeight` · the distance from the target + `penaltyWeight` · the divergence of that from noise alone",
  cost: {
    forward: "1 + `epochs`·`examples`/rows",
    backward: "`epochs`·`examples`/rows",
  },
  granularity: "head",
  ranks: "nodes",
  needs: { gradients: true, of: objectiveNeeds },
  watchable: "masks",
  selection: nodeSelection,
  ranking: () => ({ name: "share of the output that is left" }),
  advice: thresholdAdvice,
  examples: [
    { options: { nodeCount: 2 }, summary: "On case 3" },
    { options: { threshold: 0.6, mlps: false }, summary: "Heads alone, as in the original" },
  ],
  produces: ["scores", "circuit"],
  options: withNodeSelection({
    mlps: option(
      z._default(z.boolean(), true),
      "Make the outputs of MLPs noisy, too; else they are always kept, as in the original",
    ),
    epochs: option(z._default(z.int().check(z.gte(1)), 1300), "Steps, each on all examples", {
      unit: "epochs",
      origin: "the authors' code",
    }),
    examples: option(z._default(z.int().check(z.gte(2)), 100), "Rows that are learnt on, drawn", {
      unit: "rows",
      origin: "the authors' code",
    }),
    lr: option(z._default(z.number().check(z.positive()), 0.05), "Learning rate of Adam", {
      origin: "the authors' code",
    }),
    distanceWeight: option(
      z._default(z.number().check(z.gte(0)), 1),
      "Weight (α) of the distance from the target",
      { origin: "the authors' code" },
    ),
    penaltyWeight: option(
      z._default(z.number().check(z.gte(0)), 1),
      "Weight (β) of what outputs tell of their inputs",
      { origin: "the authors' code" },
    ),
    ...objectiveOptions,
    seed: option(z._default(z.int().check(z.gte(0)), 1234), "Seed of all draws", {
      isCommon: true,
    }),
  }),
  discover: async (task, options, context) => {
    const { epochs, examples, lr, distanceWeight, penaltyWeight, mlps } = options;
    const graph = fullGraph(task.transformer.config);
    const select = nodeCircuitSelector(graph, options);
    const key = Key.fromSeed(options.seed).fold("information bottleneck");
    const rows = Array.from({ length: task.rows }, (_, row) => row);
    const own =
      task.rows <= examples ? task : taskOfRows(task, key.fold("rows").sample(rows, examples));
    const hooks = noisyHooks(own, mlps);
    const places = hooks.reduce((sum, hook) => sum + hook.places, 0);
    const start = key.normal(own.rows * places).map((x) => START.mean + START.deviation * x);
    const shares = rowWeights(own);
    const placeOf = new Map(
      hooks.map(({ hook, start }) => [hook.replace("hook_z", "hook_result"), start]),
    );
    /** How much of what components write is left, of weights of all rows. */
    const scoresOf = (weights: Float64Array, varies: readonly boolean[]) => {
      const leftOf = (place: number) =>
        shares.reduce(
          (sum, share, row) => sum + share / (1 + Math.exp(-weights[row * places + place]!)),
          0,
        );
      const values = components(graph).map(({ hook, head }) => {
        const first = placeOf.get(hook);
        if (first === undefined) return 1;
        const place = first + (head ?? 0);
        return varies[place] ? leftOf(place) : 0;
      });
      return componentScores(graph, values);
    };
    const scores = await withScope(context.backend, async (scope) => {
      const objective = chosenObjective(options, own);
      const spec = { objective, hooks, distanceWeight, penaltyWeight, start };
      const preparing = prepareNoise(scope, own, spec);
      const learner = await inTurns(preparing, context);
      const step = (_: number, epoch: number) =>
        learner.stepInSteps({
          step: epoch + 1,
          learningRate: lr,
          noise: key.fold(epoch).normal(learner.noiseSize),
        });
      const see = (values: Float64Array) => {
        return { scores: scoresOf(values, learner.varies), circuit: undefined };
      };
      const sweep = { learner, settings: 1, steps: epochs, unit: "epochs", step, see };
      const [weights] = await learnEach(sweep, context);
      return see(weights!.maskLogits).scores;
    });
    const passes = Math.ceil((epochs * own.rows) / task.rows);
    const found = {
      scores,
      effects: undefined,
      evaluations: passes + 1,
      backwardPasses: passes,
      select,
      ablation: options.ablation,
    };
    return concludeDiscovery(task, found, context);
  },
});
