import {
  type ConstantAblation,
  DEFAULT_TOLERANCE,
  type PaceOptions,
  type Pairs,
  paceSteps,
  partSteps,
  runSteps,
  type Steps,
  type WeightedRows,
} from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { inputCount, type TrainingTask } from "../training/index.ts";
import type { Transformer } from "../transformer/index.ts";
import { type ModelAccuracies, readAccuracies, unweightedPairs } from "./accuracies.ts";
import { constantSteps } from "./constant-ablation.ts";
import { choosePairs, chooseRows, type WeightedPairs } from "./inputs.ts";
import {
  ablationOf,
  EFFECTS,
  type EffectName,
  effectRows,
  type NodeEffectOptions,
  type NodeEffects,
} from "./node-effects.ts";
import { patchedSteps, type Reading } from "./patched-runs.ts";
import { readEffects } from "./resample.ts";
import { loadSubject, type Subject } from "./subject.ts";

/** What `eval iit` measures. */
export interface Evaluation {
  readonly effects: NodeEffects;
  /** On the pairs of the resample effects if those weigh the same, else on pairs drawn by weight. */
  readonly accuracies: ModelAccuracies;
}

/**
 * What every node of a model does, under resample, mean and zero ablation.
 *
 * In a model that implements the task's causal graph and nothing besides, nodes outside the circuit
 * have resample effect 0. Mean and zero ablation leave the distribution of activations, so they may
 * break more. Throws `E_TASK` when the model does not fit, `E_METRIC` for a metric that needs
 * classes.
 */
export function nodeEffects(
  model: Transformer,
  task: TrainingTask,
  options: NodeEffectOptions,
): NodeEffects {
  return runSteps(nodeEffectSteps(model, task, options));
}

/**
 * {@link nodeEffects}, while other tasks of the program go on. Rejects with the reason of `signal`
 * once that is aborted.
 */
export function measureNodeEffects(
  model: Transformer,
  task: TrainingTask,
  options: NodeEffectOptions & PaceOptions<number>,
): Promise<NodeEffects> {
  return paceSteps(nodeEffectSteps(model, task, options), options);
}

/**
 * {@link measureNodeEffects} and the numbers of `modelAccuracies`. Where both are measured on the
 * same pairs they share their patched runs, and take the time of the effects alone or little more.
 */
export function evaluateModel(
  model: Transformer,
  task: TrainingTask,
  options: NodeEffectOptions & PaceOptions<number>,
): Promise<Evaluation> {
  return paceSteps(evaluationSteps(model, task, options), options);
}

/** What is measured, loaded. */
interface Setting {
  readonly subject: Subject;
  readonly pairs: WeightedPairs;
  /** The pairs that accuracies are measured on: the same, if they weigh the same. */
  readonly accuracyPairs: Pairs;
  readonly inputs: WeightedRows;
  readonly atol: number;
  readonly isComplete: NodeEffects["isComplete"];
}

function loadSetting(model: Transformer, task: TrainingTask, options: NodeEffectOptions): Setting {
  const { backend, atol = DEFAULT_TOLERANCE, compat = false } = options;
  const { pairBudget = 65_536, inputBudget = 18_000, key = Key.fromSeed(0) } = options;
  const chosen = options.pairs ?? choosePairs(task, pairBudget, key);
  const pairs: WeightedPairs = chosen;
  const accuracyPairs = options.pairs ?? unweightedPairs(pairs, task, pairBudget, key);
  const inputs = options.inputs ?? chooseRows(task, inputBudget, key);
  const rows = new Set<number>();
  const lists = [pairs.base, pairs.source, accuracyPairs.base, inputs.rows];
  for (const list of lists) for (const row of list) rows.add(row);
  const subject = loadSubject(model, task, backend, { rows, countsFirst: compat });
  const isComplete = {
    pairs: "isComplete" in chosen && chosen.isComplete === true,
    inputs: options.inputs === undefined && inputs.rows.length === inputCount(task),
  };
  return { subject, pairs, accuracyPairs, inputs, atol, isComplete };
}

function* nodeEffectSteps(
  model: Transformer,
  task: TrainingTask,
  options: NodeEffectOptions,
): Steps<NodeEffects> {
  const setting = loadSetting(model, task, options);
  try {
    return yield* effectSteps(setting, options);
  } finally {
    setting.subject.dispose();
  }
}

function* evaluationSteps(
  model: Transformer,
  task: TrainingTask,
  options: NodeEffectOptions,
): Steps<Evaluation> {
  const setting = loadSetting(model, task, options);
  const { subject, pairs, accuracyPairs, atol } = setting;
  try {
    const reading = readAccuracies(subject, accuracyPairs, atol);
    try {
      const isShared = accuracyPairs === pairs;
      const steps = effectSteps(setting, options, isShared ? [reading] : []);
      const effects = yield* partSteps(steps, 0, isShared ? 1 : 0.5);
      if (!isShared) yield* partSteps(patchedSteps(subject, accuracyPairs, [reading]), 0.5, 1);
      return { effects, accuracies: reading.accuracies() };
    } finally {
      reading.dispose();
    }
  } finally {
    subject.dispose();
  }
}

/** The effects; other readings are taken off the same patched runs. */
function* effectSteps(
  { subject, pairs, inputs, atol, isComplete }: Setting,
  { ablations = EFFECTS, metric = "accuracy" }: NodeEffectOptions,
  others: readonly Reading[] = [],
): Steps<NodeEffects> {
  const runs = ablations.filter((name) => ablationOf(name).kind === "run");
  const constants = ablations.map(ablationOf).filter((ablation) => ablation.kind === "constant");
  const resampled = runs.length > 0 ? readEffects(subject, pairs, metric, atol) : undefined;
  const readings = [...(resampled ? [resampled] : []), ...others];
  const patched = readings.length > 0 ? pairs.base.length : 0;
  const share = patched / (patched + constants.length * inputs.rows.length || 1);
  const measured = new Map<EffectName, ReadonlyMap<string, number | undefined>>();
  const seen: { [Effect in EffectName]?: number } = {};
  try {
    if (patched > 0) yield* partSteps(patchedSteps(subject, pairs, readings), 0, share);
    for (const name of runs) {
      measured.set(name, resampled!.effects());
      seen[name] = resampled!.changedPairs;
    }
  } finally {
    resampled?.dispose();
  }
  if (constants.length > 0) {
    const effects = yield* partSteps(constantSteps(subject, inputs, constants, atol), share, 1);
    for (const name of ablations) {
      const own = effects.get(ablationOf(name) as ConstantAblation);
      if (own === undefined) continue;
      measured.set(name, new Map([...own].map(([text, { relative }]) => [text, relative])));
      seen[name] = own.values().next().value?.rightInputs ?? 0;
    }
  }
  return {
    rows: effectRows(subject, measured),
    metric,
    pairCount: resampled ? pairs.base.length : 0,
    inputCount: constants.length > 0 ? inputs.rows.length : 0,
    isComplete,
    seen,
    freshPairs: (resampled?.changedPairs ?? 0) * shareOfFresh(subject.task, pairs),
  };
}

/** The share of pairs that can be taken so that none has an input in common with another. */
function shareOfFresh({ multiplicity }: TrainingTask, { base, source, weights }: WeightedPairs) {
  const rows = new Set([...base, ...source]);
  const drawn = [...rows].reduce((sum, row) => sum + multiplicity[row]!, 0);
  const pairs = weights.reduce((sum, weight) => sum + weight, 0);
  return pairs === 0 ? 0 : Math.min(1, drawn / 2 / pairs);
}
