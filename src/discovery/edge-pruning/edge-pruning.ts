import * as z from "zod/mini";
import { fullGraph } from "../../circuit/index.ts";
import { withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { runOptions } from "../algorithm/common-options.ts";
import { discoveryParts, measureFindings } from "../algorithm/conclude.ts";
import { option } from "../algorithm/options.ts";
import { edgeScores, meanScores } from "../algorithm/scores.ts";
import { selectedCircuit } from "../algorithm/selection.ts";
import { pruneOption } from "../algorithm/selection-options.ts";
import { oneOrMore, settingsOf } from "../algorithm/settings.ts";
import { logisticNoise } from "../masks/hard-concrete.ts";
import { learnEach } from "../masks/learn-each.ts";
import { edgeValues, maskCount } from "../masks/masked-run.ts";
import { chosenObjective, objectiveNeeds, objectiveOptions } from "../masks/objective-options.ts";
import { readWriteScheme } from "../masks/read-write-scheme.ts";
import { drawRows } from "../masks/step-rows.ts";
import { discreteCircuit, softMask } from "./discretize.ts";
import { scheduleAt } from "./penalty.ts";
import { preparePruning, WEIGHT_DECAY } from "./train.ts";

/** Mask logits start around this, so that nearly every draw of every mask is 1. */
const START = { mean: 10, deviation: 0.01 } as const;
/** Uniform draws keep this far from 0 and 1. */
const MARGIN = 1e-6;

/**
 * Edge Pruning: masks on all edges and on what sources write, trained to keep the output while a Lagrangian
 * pulls the share of masks that are off up to a target, which grows as training goes on.
 */
export const edgePruning = defineAlgorithm({
  name: "edge_pruning",
  title: "Edge Pruning",
  summary: "Trains a mask on every edge and source to keep the output at a sparsity that grows.",
  reference: {
    text: "Bhaskar, Wettig, Friedman & Chen 2024, Finding Transformer Circuits with Edge Pruning",
    url: "https://arxiv.org/abs/2406.16778",
  },
  maturity: { tier: "experimental", verifiedOn: [], checkedBy: ["a planted circuit"] },
  formula:
    "σ(0.8·θ(u → v)/β)·σ(0.8·θ(u)/β), of hard-concrete masks with logits θ on every edge and every source, trained for the distance from the target + λ₁·(s − t) + λ₂·(s − t)², where s is the share of masks that are off, t is what is asked for by now, and the λ grow while s < t",
  cost: {
    forward: "2 + `steps`·`batch`/rows",
    backward: "`steps`·`batch`/rows",
    note: "For each value of `edgeSparsity`",
  },
  granularity: "qkv",
  needs: {
    gradients: true,
    of: ({ ablation, ...choice }, task) => ({
      ...objectiveNeeds(choice, task),
      ablation: chosenAblation(ablation),
    }),
  },
  ranking: () => ({ name: "soft mask of the edge times that of its source" }),
  advice: ({ kept }) =>
    kept === "nothing"
      ? "Nothing is kept: a smaller `edgeSparsity` keeps more."
      : "Everything is kept: a larger `edgeSparsity`, or more `steps`, removes more.",
  examples: [{ options: { edgeSparsity: 0.95 }, summary: "On case 3" }],
  produces: ["scores", "circuit"],
  options: z.object({
    edgeSparsity: option(
      z._default(oneOrMore(z.number().check(z.gte(0)), "one or more numbers of at least 0"), 0.8),
      "Share of the edges' masks to be off in the end, above 1 to push for more; several give a circuit each",
      { defaultText: "0.8; the paper asks for 0.94 and more of far larger graphs" },
    ),
    nodeSparsity: option(
      z.optional(z.number().check(z.gte(0))),
      "Share of the sources' masks to be off in the end; the paper's is about 0.7 on GPT-2",
      { defaultText: "none is asked for" },
    ),
    steps: option(z._default(z.int().check(z.gte(1)), 3000), "Steps", { origin: "the paper" }),
    batch: option(z._default(z.int().check(z.gte(1)), 32), "Rows drawn for each step", {
      unit: "rows",
      origin: "the paper",
    }),
    lr: option(z._default(z.number().check(z.positive()), 0.8), "Learning rate of masks", {
      origin: "the paper",
    }),
    multiplierLr: option(
      z._default(z.number().check(z.positive()), 0.8),
      "Learning rate of the Lagrangian's multipliers",
      { origin: "the paper" },
    ),
    weightDecay: option(
      z._default(z.number().check(z.gte(0)), WEIGHT_DECAY),
      "Decay of masks and multipliers (AdamW)",
      { origin: "PyTorch" },
    ),
    lrWarmup: option(
      z._default(z.number().check(z.gte(0), z.lte(1)), 200 / 3000),
      "Share of the steps in which the learning rates rise; they fall in the others",
      { defaultText: "200 of 3000", origin: "the paper" },
    ),
    targetWarmup: option(
      z._default(z.number().check(z.gte(0), z.lte(1)), 2500 / 3000),
      "Share of the steps in which the sparsities that are asked for rise",
      { defaultText: "2500 of 3000", origin: "the paper" },
    ),
    ...objectiveOptions,
    ...pruneOption,
    ...runOptions,
    seed: option(z._default(z.int().check(z.gte(0)), 1234), "Seed of all draws", {
      isCommon: true,
    }),
  }),
  discover: async (task, options, context) => {
    const { edgeSparsity, nodeSparsity, steps, batch, lr, multiplierLr, seed } = options;
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const settings = settingsOf("edgeSparsity", edgeSparsity);
    const count = maskCount(readWriteScheme, config);
    const key = Key.fromSeed(seed).fold("edge pruning");
    const start = key.normal(count).map((x) => START.mean + START.deviation * x);
    const learnt = await withScope(context.backend, (scope) => {
      const learner = preparePruning(scope, task, {
        objective: chosenObjective(options, task),
        ablation: chosenAblation(options.ablation),
        start,
        multiplierRate: multiplierLr / lr,
        nodes: nodeSparsity !== undefined,
        weightDecay: options.weightDecay,
      });
      const step = (setting: number, step: number): number => {
        const { learningRate, targetShare } = scheduleAt(options, step);
        const own = key.fold(step);
        return learner.step({
          step: step + 1,
          learningRate,
          edgeTarget: targetShare * settings[setting]!.value,
          nodeTarget: targetShare * (nodeSparsity ?? 0),
          noise: logisticNoise(own, count, MARGIN),
          rows: task.rows <= batch ? undefined : drawRows(task, own.fold("rows"), batch),
        });
      };
      const { length } = settings;
      return learnEach(
        { learner, settings: length, steps, count: learner.count, unit: "steps", step },
        context,
      );
    });
    const outcomes = learnt.map(({ maskLogits }) => {
      const own = maskLogits.subarray(0, count);
      return {
        circuit: discreteCircuit(config, graph, own),
        scores: edgeScores(graph, edgeValues(readWriteScheme, config, graph, own.map(softMask))),
      };
    });
    const selected = outcomes.map(({ circuit, scores }, i) =>
      selectedCircuit(settings[i]!, { circuit }, scores, options.prune),
    );
    const findings = await measureFindings(task, selected, context, options.ablation);
    const passes = Math.ceil((settings.length * steps * Math.min(batch, task.rows)) / task.rows);
    const scores = meanScores(outcomes.map((outcome) => outcome.scores));
    const captures = options.target === "model" ? 2 : 1;
    return discoveryParts(findings, {
      scores,
      effects: undefined,
      evaluations: passes + captures,
      backwardPasses: passes,
    });
  },
});
