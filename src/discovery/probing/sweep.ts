import { type Circuit, fullGraph, type ScoreMap } from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { type Steps, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
import { parseOptions } from "../algorithm/options.ts";
import { edgeScores, meanScores } from "../algorithm/scores.ts";
import { edgeScheme } from "../masks/edge-scheme.ts";
import { logisticNoise } from "../masks/hard-concrete.ts";
import { learnEach } from "../masks/learn-each.ts";
import { maskCount } from "../masks/masked-run.ts";
import { nodeScheme } from "../masks/node-scheme.ts";
import { defaultMetric } from "../masks/objective.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";
import { edgeProbabilities, extractCircuit } from "./extract.ts";
import { type ProbingOptions, probingOptions } from "./options.ts";
import { prepareProbing } from "./train.ts";

/** What subnetwork probing finds with one λ. */
export interface ProbingOutcome {
  readonly lambda: number;
  readonly circuit: Circuit;
  /** The probability that each edge's mask is above ½. */
  readonly scores: ScoreMap;
  /** The losses before each step, `[epoch]`. */
  readonly losses: readonly number[];
}

/** What subnetwork probing finds with several λ. */
export interface ProbingSweep {
  /** In the order of the λ asked for. */
  readonly outcomes: readonly ProbingOutcome[];
  /** The mean of the scores with each λ. */
  readonly scores: ScoreMap;
  /** Forward passes over all rows: one for each step, and the runs that masked ones are made of. */
  readonly evaluations: number;
  /** Backward passes over all rows: one for each step. */
  readonly backwardPasses: number;
}

/**
 * Subnetwork probing (Cao, Sanh & Rush 2021) with any number of λ, on one program:
 * trains a mask for every node or edge on `distance + λ·(expected share of masks that are not
 * 0)`. What is masked carries what the ablation says. All λ see the same draws, so that each gives what
 * it gives alone.
 *
 * Throws `E_TASK`, `E_ABLATION`; `E_OPTION` for wrong options, no λ, or one that is negative or not finite; `E_LOSS`
 * for a metric that does not fit the task; `E_NUMBER` for losses that are not finite.
 */
export async function probingSweep(
  task: DiscoveryTask,
  lambdas: readonly number[],
  context: DiscoveryContext,
  options: ProbingOptions = {},
): Promise<ProbingSweep> {
  const { edgewise, target, epochs, lr, extraction, seed, ...own } = parseOptions(
    probingOptions,
    options,
  );
  assertTask(task);
  assertLambdas(lambdas);
  const { metric = defaultMetric(task) } = own;
  const ablation = chosenAblation(own.ablation);
  const { config } = task.transformer;
  const graph = fullGraph(config);
  const scheme = edgewise ? edgeScheme : nodeScheme;
  const count = maskCount(scheme, config);
  const key = Key.fromSeed(seed).fold("subnetwork probing");
  const total = lambdas.length * epochs;

  const extract = (maskLogits: Float64Array) => {
    const valuesOf = (logits: Float64Array) => edgeProbabilities(scheme, config, graph, logits);
    const values = valuesOf(maskLogits);
    const scores = edgeScores(graph, values);
    if (extraction === "likely") return { circuit: extractCircuit(graph, values), scores };
    const noise = logisticNoise(key.fold("extraction"), count);
    const drawn = valuesOf(maskLogits.map((logit, i) => logit + noise[i]!));
    return { circuit: extractCircuit(graph, drawn), scores };
  };

  const trained = await withScope(context.backend, async (scope) => {
    const preparing = prepareProbing(scope, task, scheme, { metric, target }, ablation);
    const trainer = await inTurns(preparing, context);
    const step = (setting: number, epoch: number): Steps<number> => {
      const noise = logisticNoise(key.fold(epoch), count);
      return trainer.stepInSteps({
        step: epoch + 1,
        learningRate: lr,
        lambda: lambdas[setting]!,
        noise,
      });
    };
    const { length: settings } = lambdas;
    return learnEach(
      { learner: trainer, settings, steps: epochs, unit: "epochs", step, see: extract },
      context,
    );
  });
  const outcomes = trained.map(
    ({ losses, maskLogits }, i): ProbingOutcome => ({
      lambda: lambdas[i]!,
      losses,
      ...extract(maskLogits),
    }),
  );
  const captures = target === "model" ? 2 : 1;
  return {
    outcomes,
    scores: meanScores(outcomes.map(({ scores }) => scores)),
    evaluations: total + captures,
    backwardPasses: total,
  };
}

function assertLambdas(lambdas: readonly number[]): void {
  const isUsable = (lambda: number) => lambda >= 0 && lambda < Number.POSITIVE_INFINITY;
  if (lambdas.length > 0 && lambdas.every(isUsable)) return;
  throw new InterpBenchError("E_OPTION", "subnetwork probing needs λ", {
    at: "lambdas",
    expected: "at least one number, none below 0",
    received: lambdas.length === 0 ? "none" : lambdas.join(", "),
  });
}
