import { z } from "zod";
import { fullGraph } from "../../circuit/index.ts";
import { add, mean, mul, parameter, runSteps, sigmoid } from "../../engine/index.ts";
import { pace, prepareLearner, withScope } from "../../interventions/index.ts";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import {
  circuitSelector,
  concludeDiscovery,
  defaultMetric,
  defineAlgorithm,
  edgeScheme,
  edgeScores,
  edgeSelection,
  edgeValues,
  maskCount,
  option,
  prepareMaskedRun,
  withSelection,
} from "../index.ts";

/** A mask on every edge, σ(θ), that learns to keep the transformer's own output with little of it. */
export const edgeMasks = defineAlgorithm({
  name: "edge-masks",
  title: "Edge masks",
  summary: "Trains a mask on every edge to keep the output with few of them.",
  reference: undefined,
  maturity: { tier: "experimental", verifiedOn: [] },
  granularity: "qkv",
  needs: { gradients: true, of: ({ ablation }) => ({ ablation: chosenAblation(ablation) }) },
  selection: edgeSelection,
  produces: ["scores", "circuit"],
  options: withSelection({
    steps: option(z.int().min(1).default(200), "Steps, each on all inputs"),
    lr: option(z.number().positive().default(0.1), "Learning rate of Adam"),
    penalty: option(z.number().min(0).default(1), "Weight of the mean of the masks"),
  }),
  discover: async (task, { steps, lr, penalty, ablation, ...selection }, context) => {
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const select = circuitSelector(graph, selection);
    const objective = { metric: defaultMetric(task), target: "model" } as const;
    const theta = parameter("theta", [maskCount(edgeScheme, config)]);
    const [masks, start] = [sigmoid(theta), new Float64Array(theta.shape[0]!).fill(2)];
    const tick = pace(context, "steps");
    const learnt = await withScope(context.backend, async (scope) => {
      const cut = chosenAblation(ablation);
      const run = prepareMaskedRun(scope, task, edgeScheme, objective, cut);
      const loss = add(run.distance(masks), mul(mean(masks), penalty));
      const facts = { parameter: theta, name: "theta", loss, start, rows: task.rows };
      const learner = prepareLearner(scope, { ...facts, inputs: run.inputs });
      for (let step = 1; step <= steps; step++) {
        await tick(step, steps);
        runSteps(learner.stepInSteps({ step, learningRate: lr }));
      }
      return learner.values().map((x) => 1 / (1 + Math.exp(-x)));
    });
    const scores = edgeScores(graph, edgeValues(edgeScheme, config, graph, learnt));
    const passes = { evaluations: steps + 2, backwardPasses: steps, effects: undefined };
    return concludeDiscovery(task, { scores, ...passes, select, ablation }, context);
  },
});
