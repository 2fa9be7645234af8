import { fullGraph } from "../../circuit/index.ts";
import { type Steps, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { discoveryParts, measureFindings } from "../algorithm/conclude.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
import type { DiscoveryParts } from "../algorithm/discovery.ts";
import { edgeScores, meanScores } from "../algorithm/scores.ts";
import { selectedCircuit } from "../algorithm/selected-circuit.ts";
import { settingsOf } from "../algorithm/settings.ts";
import { logisticNoise } from "../masks/hard-concrete.ts";
import { learnEach } from "../masks/learn-each.ts";
import { edgeValues, maskCount } from "../masks/masked-run.ts";
import { chosenObjective } from "../masks/objective-options.ts";
import { readWriteScheme } from "../masks/read-write-scheme.ts";
import { drawRows } from "../masks/step-rows.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { discreteCircuit, softMask } from "./discretize.ts";
import type { PruningOptions } from "./options.ts";
import { scheduleAt } from "./penalty.ts";
import { preparePruning } from "./train.ts";

/** Mask logits start around this, so that nearly every draw of every mask is 1. */
const START = { mean: 10, deviation: 0.01 } as const;
/** Uniform draws keep this far from 0 and 1. */
const MARGIN = 1e-6;

/**
 * What Edge Pruning returns for a task.
 *
 * @param startOf the mask logits to start from, `[mask]` in the order of `maskSlots`, of those it starts from by
 *   itself
 */
export async function prunedParts(
  task: DiscoveryTask,
  options: PruningOptions,
  context: DiscoveryContext,
  startOf: (own: Float64Array) => Float64Array = (own) => own,
): Promise<DiscoveryParts> {
  const { edgeSparsity, nodeSparsity, steps, batch, lr, multiplierLr, seed } = options;
  const { config } = task.transformer;
  const graph = fullGraph(config);
  const settings = settingsOf("edgeSparsity", edgeSparsity);
  const count = maskCount(readWriteScheme, config);
  const key = Key.fromSeed(seed).fold("edge pruning");
  const start = startOf(key.normal(count).map((x) => START.mean + START.deviation * x));
  const see = (values: Float64Array) => {
    const own = values.subarray(0, count);
    return {
      circuit: discreteCircuit(config, graph, own),
      scores: edgeScores(graph, edgeValues(readWriteScheme, config, graph, own.map(softMask))),
    };
  };
  const edgeTarget = (setting: number, step: number) =>
    scheduleAt(options, step).targetShare * settings[setting]!.value;
  const learnt = await withScope(context.backend, async (scope) => {
    const preparing = preparePruning(scope, task, {
      objective: chosenObjective(options, task),
      ablation: chosenAblation(options.ablation),
      start,
      multiplierRate: multiplierLr / lr,
      nodes: nodeSparsity !== undefined,
      weightDecay: options.weightDecay,
    });
    const learner = await inTurns(preparing, context);
    const step = (setting: number, step: number): Steps<number> => {
      const { learningRate, targetShare } = scheduleAt(options, step);
      const own = key.fold(step);
      return learner.stepInSteps({
        step: step + 1,
        learningRate,
        edgeTarget: edgeTarget(setting, step),
        nodeTarget: targetShare * (nodeSparsity ?? 0),
        noise: logisticNoise(own, count, MARGIN),
        rows: task.rows <= batch ? undefined : drawRows(task, own.fold("rows"), batch),
      });
    };
    return learnEach(
      {
        learner,
        settings: settings.length,
        steps,
        unit: "steps",
        step,
        wanted: edgeTarget,
        see,
      },
      context,
    );
  });
  const outcomes = learnt.map(({ maskLogits }) => see(maskLogits));
  const selected = outcomes.map(({ circuit, scores }, i) =>
    selectedCircuit(settings[i]!, { circuit }, scores, options.prune),
  );
  const findings = await measureFindings(task, selected, context, { ablation: options.ablation });
  const passes = Math.ceil((settings.length * steps * Math.min(batch, task.rows)) / task.rows);
  const scores = meanScores(outcomes.map((outcome) => outcome.scores));
  const captures = options.target === "model" ? 2 : 1;
  return discoveryParts(findings, {
    scores,
    effects: undefined,
    evaluations: passes + captures,
    backwardPasses: passes,
  });
}
