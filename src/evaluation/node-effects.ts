import { formatNode } from "../circuit/index.ts";
import type { Backend } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import {
  DEFAULT_TOLERANCE,
  lowLevelNodes,
  type ModelNode,
  outsideNodes,
  type TrainingTask,
} from "../training/index.ts";
import type { Transformer } from "../transformer/index.ts";
import { constantSteps } from "./constant-ablation.ts";
import { choosePairs, chooseRows, type WeightedPairs, type WeightedRows } from "./inputs.ts";
import type { EffectMetric } from "./metric.ts";
import { resampleSteps } from "./resample.ts";
import { type PaceOptions, paceSteps, runSteps, type Steps } from "./steps.ts";
import { loadSubject } from "./subject.ts";

/** How a node is put out of action: by its value on another input, its mean, or 0. */
export const ABLATIONS = ["resample", "mean", "zero"] as const;
export type Ablation = (typeof ABLATIONS)[number];

/** What to measure, and on how much. */
export interface NodeEffectOptions {
  readonly backend: Backend;
  /** Default: all three. */
  readonly ablations?: readonly Ablation[];
  /** Metric of the resample effect. Default `"accuracy"`. */
  readonly metric?: EffectMetric;
  /** Distance below which a number counts as right. Default 0.05, the original's. */
  readonly atol?: number;
  /**
   * Most pairs for resampling. Default 65,536: all pairs of up to 256 inputs. The original takes
   * all pairs always.
   */
  readonly pairBudget?: number;
  /** Most inputs for mean and zero ablation. Default 18,000, the original's `--max-len`. */
  readonly inputBudget?: number;
  /** Draws pairs and inputs where there are too many. Default: seed 0. */
  readonly key?: Key;
  /** These pairs instead of chosen ones. */
  readonly pairs?: WeightedPairs;
  /** These inputs instead of chosen ones. */
  readonly inputs?: WeightedRows;
  /** Count the first position (BOS) of numbers in mean and zero ablation, as the original does. */
  readonly compat?: boolean;
}

/** A node and what ablating it does; fractions. Absent: not measured; `undefined`: not defined. */
export interface NodeEffect {
  readonly node: ModelNode;
  /** Canonical text, `blocks.1.attn.hook_result[2]`. */
  readonly text: string;
  readonly status: "in_circuit" | "not_in_circuit";
  /** {@link EffectMetric} where the labels of base and source differ. */
  readonly resample?: number | undefined;
  /** Share of the right outputs that its mean value makes wrong. */
  readonly mean?: number | undefined;
  /** Share of the right outputs that 0 in its place makes wrong. */
  readonly zero?: number | undefined;
}

/** Effects of all nodes, and what they were measured on. */
export interface NodeEffects {
  /** Nodes outside the circuit first, each group in order of execution. */
  readonly rows: readonly NodeEffect[];
  readonly metric: EffectMetric;
  /** Pairs that were resampled. */
  readonly pairCount: number;
  /** Inputs that were ablated. */
  readonly inputCount: number;
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
  options: NodeEffectOptions & PaceOptions,
): Promise<NodeEffects> {
  return paceSteps(nodeEffectSteps(model, task, options), options);
}

function* nodeEffectSteps(
  model: Transformer,
  task: TrainingTask,
  options: NodeEffectOptions,
): Steps<NodeEffects> {
  const { backend, ablations = ABLATIONS, metric = "accuracy", atol = DEFAULT_TOLERANCE } = options;
  const { pairBudget = 65_536, inputBudget = 18_000, key = Key.fromSeed(0) } = options;
  const pairs = options.pairs ?? choosePairs(task, pairBudget, key);
  const inputs = options.inputs ?? chooseRows(task, inputBudget, key);
  const subject = loadSubject(model, task, backend, {
    rows: [...pairs.base, ...pairs.source, ...inputs.rows],
    countsFirst: options.compat ?? false,
  });
  const measured = new Map<Ablation, ReadonlyMap<string, number | undefined>>();
  try {
    for (const ablation of ablations) {
      const steps =
        ablation === "resample"
          ? resampleSteps(subject, pairs, metric, atol)
          : relativeSteps(constantSteps(subject, inputs, ablation, atol));
      measured.set(ablation, yield* partOf(steps, measured.size, ablations.length));
    }
  } finally {
    subject.dispose();
  }
  const outside = new Set(outsideNodes(model.config, task.correspondence).map(formatNode));
  const rows = lowLevelNodes(model.config).map((node): NodeEffect => {
    const text = formatNode(node);
    const status = outside.has(text) ? "not_in_circuit" : "in_circuit";
    const effects = [...measured].map(([ablation, values]) => [ablation, values.get(text)]);
    return { node, text, status, ...Object.fromEntries(effects) };
  });
  return {
    rows: [
      ...rows.filter(({ status }) => status === "not_in_circuit"),
      ...rows.filter(({ status }) => status === "in_circuit"),
    ],
    metric,
    pairCount: ablations.includes("resample") ? pairs.base.length : 0,
    inputCount: ablations.some((ablation) => ablation !== "resample") ? inputs.rows.length : 0,
  };
}

function* relativeSteps(
  steps: ReturnType<typeof constantSteps>,
): Steps<ReadonlyMap<string, number | undefined>> {
  const effects = yield* steps;
  return new Map([...effects].map(([text, { relative }]) => [text, relative]));
}

/** The steps as one of `count` equal parts of the whole. */
function* partOf<T>(steps: Steps<T>, part: number, count: number): Steps<T> {
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      yield (part + value) / count;
    }
  } finally {
    steps.return(undefined as T);
  }
}
