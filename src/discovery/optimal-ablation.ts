import { componentScores, components, fullGraph } from "../circuit/index.ts";
import {
  CONSTANTS_BUDGET,
  freezeWeights,
  learnConstantsInSteps,
  pace,
  withScope,
  zero,
} from "../interventions/index.ts";
import { sourceHooks } from "../transformer/index.ts";
import { thresholdAdvice } from "./algorithm/advice.ts";
import { defineAlgorithm } from "./algorithm/algorithm.ts";
import { concludeDiscovery } from "./algorithm/conclude.ts";
import { inTurns } from "./algorithm/context.ts";
import { nodeCircuitSelector } from "./algorithm/selection.ts";
import { nodeSelection, withNodeSelection } from "./algorithm/selection-options.ts";
import { assertFiniteTask } from "./run/finite.ts";

/** Runs on all rows for each place: by mean, zero and what was learnt. */
const CANDIDATES = 3;
/** Runs on all rows for each hook point: outputs to compare with, and means. */
const RUNS_OF_HOOK = 2;

/**
 * Optimal ablation: what each head and MLP is worth is what its ablation costs at least, by the constant that is
 * best for that. Ablations by other values cost more because these mislead, too.
 */
export const optimalAblation = defineAlgorithm({
  name: "optimal-ablation",
  title: "Optimal ablation (OA)",
  summary: "Measures what ablating each head and MLP costs with the constant that costs least.",
  reference: {
    text: "Li & Janson 2024, Optimal Ablation for Interpretability",
    url: "https://arxiv.org/abs/2409.09951",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: ["a planted circuit", "mean and zero ablation"],
  },
  formula:
    "min over constants a of d(u carries a at every position behind BOS), d the distance from the whole transformer; a is learnt as by `--ablation optimal`",
  cost: {
    forward: "4·B + (3 + S)·(H + B)",
    backward: "S·(H + B)",
    note: "S is 300, or 300·64/rows for more than 64 rows",
  },
  granularity: "head",
  ranks: "nodes",
  needs: { gradients: true },
  selection: nodeSelection,
  ranking: () => ({ name: "distance under optimal ablation" }),
  advice: thresholdAdvice,
  examples: [{ options: { nodeCount: 2, ablation: "optimal" }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: withNodeSelection({}),
  discover: async (task, options, context) => {
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const select = nodeCircuitSelector(graph, options);
    const tick = pace(context, "layers");
    const [, ...hooks] = sourceHooks(config);
    await withScope(context.backend, (scope) => {
      const weights = freezeWeights(scope, task.transformer);
      return inTurns(assertFiniteTask(scope, task, weights, zero), context);
    });
    const gaps = new Map<string, Float64Array>();
    for (const [done, hook] of hooks.entries()) {
      await tick(done, hooks.length);
      const learning = learnConstantsInSteps(context.backend, task, hook);
      gaps.set(hook, (await inTurns(learning, context)).gaps);
    }
    await tick(hooks.length, hooks.length);
    const values = components(graph).map(({ hook, head }) => gaps.get(hook)![head ?? 0]!);
    const scores = componentScores(graph, values);
    const { steps, rows } = CONSTANTS_BUDGET;
    const learning = values.length * steps * Math.min(1, rows / task.rows);
    const found = {
      scores,
      effects: scores,
      evaluations: Math.ceil(learning) + CANDIDATES * values.length + RUNS_OF_HOOK * hooks.length,
      backwardPasses: Math.ceil(learning),
      select,
      ablation: options.ablation,
    };
    return concludeDiscovery(task, found, context);
  },
});
