import { type Backend, batchSum } from "../engine/index.ts";
import {
  DEFAULT_TOLERANCE,
  loadReadings,
  outputAccuracy,
  outputLoss,
  type Pairs,
  partsOf,
  runSteps,
  targetInput,
} from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import {
  drawPairs,
  inputCount,
  jointVariables,
  loadHighLevel,
  outsideNodes,
  type TrainingTask,
  type ValidationMetrics,
} from "../training/index.ts";
import { logitsNeeded, type Transformer } from "../transformer/index.ts";
import { choosePairs, type WeightedPairs } from "./inputs.ts";
import { type PairsPart, patchedSteps, type Reading, type WantedRuns } from "./patched-runs.ts";
import { loadSubject, type Subject } from "./subject.ts";

/** What to measure accuracies on. */
export interface AccuracyOptions {
  readonly backend: Backend;
  /** Distance below which a number counts as right. Default 0.05, the original's. */
  readonly atol?: number;
  /** Most pairs. Default 65,536: all pairs of up to 256 inputs. */
  readonly pairBudget?: number;
  /** Draws pairs where there are too many. Default: seed 0. */
  readonly key?: Key;
  /** These pairs instead of chosen ones. */
  readonly pairs?: Pairs;
}

/** Accuracies of a model, and the number of pairs they were measured on. */
export interface ModelAccuracies extends ValidationMetrics {
  readonly pairCount: number;
}

const TARGET = "target";

/** These pairs if they weigh the same, else as many as the budget drawn by multiplicity. */
export function unweightedPairs(
  pairs: WeightedPairs,
  { multiplicity }: TrainingTask,
  budget: number,
  key: Key,
): Pairs {
  const isUniform = pairs.weights.every((weight) => weight === pairs.weights[0]);
  return isUniform ? pairs : drawPairs(multiplicity, budget, key.fold("pairs"));
}

/** The mean over the bases of the model's own accuracy; each base is run once. */
function ownAccuracy(subject: Subject, { base }: Pairs, atol: number): number {
  const { model, task, labelTable } = subject;
  const target = targetInput(TARGET, task, model.config.dVocabOut);
  const own = loadReadings({
    ...subject.runs,
    logitsAt: logitsNeeded(task),
    read: ({ logits }) => ({ right: outputAccuracy(task, logits, target, atol) }),
  });
  const counts = new Float64Array(inputCount(task));
  for (const row of base) counts[row]! += 1;
  const rows = Uint32Array.from(counts.keys()).filter((row) => counts[row]! > 0);
  const distinct = { rows, weights: Float64Array.from(rows, (row) => counts[row]!) };
  let sum = 0;
  for (const part of partsOf(distinct, subject.runSize)) {
    const { right } = own.run(part.rows, { [TARGET]: { table: labelTable, rows: part.rows } });
    for (const [i, count] of part.weights.entries()) sum += count * right[i]!;
  }
  own.dispose();
  return sum / base.length;
}

/** The numbers of a part's pairs. */
const idsOf = ({ base, offset }: PairsPart) => base.map((_, i) => offset + i);

/** Accuracies as something that is read off patched runs. */
export interface AccuracyReading extends Reading {
  /** What has been read, and the accuracy of the model's own outputs. */
  accuracies(): ModelAccuracies;
  dispose(): void;
}

/** Prepares {@link modelAccuracies}; its runs are the caller's. */
export function readAccuracies(subject: Subject, pairs: Pairs, atol: number): AccuracyReading {
  const { model, task, backend, tokens, labelTable } = subject;
  const { correspondence } = task;
  const outside = outsideNodes(model.config, correspondence);
  const target = targetInput(TARGET, task, model.config.dVocabOut);
  const targets = loadHighLevel(task, pairs, backend, tokens, subject.labels);
  const sums = { iia: 0, iitLoss: 0, strict: 0, jointStrict: 0 };
  const interchanges = jointVariables(correspondence).map(
    ({ variables, nodes }): WantedRuns => ({
      nodes,
      inputs: (part) => ({ [TARGET]: targets.intervened(variables[0]!, idsOf(part)) }),
      take: ({ right, loss }) => {
        sums.iia += variables.length * right![0]!;
        sums.iitLoss += variables.length * loss![0]!;
      },
    }),
  );
  const strict = outside.map(
    (node): WantedRuns => ({
      nodes: [node],
      take: ({ right }) => {
        sums.strict += right![0]!;
      },
    }),
  );
  const jointStrict: readonly WantedRuns[] =
    outside.length === 0
      ? []
      : [
          {
            nodes: outside,
            take: ({ right }) => {
              sums.jointStrict += right![0]!;
            },
          },
        ];
  return {
    tensors: (logits) => ({
      right: batchSum(outputAccuracy(task, logits, target, atol)),
      loss: batchSum(outputLoss(task, logits, target)),
    }),
    inputs: ({ base }) => ({ [TARGET]: { table: labelTable, rows: base } }),
    wanted: [...interchanges, ...strict, ...jointStrict],
    accuracies: () => {
      const total = pairs.base.length;
      const mean = (sum: number, count: number) => (count > 0 ? sum / (count * total) : undefined);
      return {
        accuracy: ownAccuracy(subject, pairs, atol),
        iia: mean(sums.iia, correspondence.length),
        iitLoss: mean(sums.iitLoss, correspondence.length),
        strictAccuracy: mean(sums.strict, outside.length),
        jointStrictAccuracy: mean(sums.jointStrict, jointStrict.length),
        pairCount: total,
      };
    },
    dispose: () => targets.dispose(),
  };
}

/**
 * Accuracy, interchange intervention accuracy (all variables), strict accuracy (each outside node) and
 * joint strict accuracy (all of them together) of a model: what validation measures during training, on all pairs of
 * inputs or a sample.
 *
 * Throws `E_TASK` when the model does not fit the task.
 */
export function modelAccuracies(
  model: Transformer,
  task: TrainingTask,
  options: AccuracyOptions,
): ModelAccuracies {
  const { backend, atol = DEFAULT_TOLERANCE, pairBudget = 65_536, key = Key.fromSeed(0) } = options;
  const choose = () => unweightedPairs(choosePairs(task, pairBudget, key), task, pairBudget, key);
  const pairs = options.pairs ?? choose();
  const subject = loadSubject(model, task, backend, { rows: pairs.base });
  const reading = readAccuracies(subject, pairs, atol);
  try {
    runSteps(patchedSteps(subject, pairs, [reading]));
    return reading.accuracies();
  } finally {
    reading.dispose();
    subject.dispose();
  }
}
