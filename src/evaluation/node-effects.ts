import { formatNode } from "../circuit/index.ts";
import type { Backend } from "../engine/index.ts";
import {
  type Ablation,
  lowLevelNodes,
  type ModelNode,
  meanPositional,
  resample,
  type WeightedRows,
  zero,
} from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import { outsideNodes } from "../training/index.ts";
import type { WeightedPairs } from "./inputs.ts";
import type { EffectMetric } from "./metric.ts";
import type { Subject } from "./subject.ts";

/**
 * How a node is put out of action, by the name of the effect: its value on another input, its mean
 * over the inputs at each position, or 0.
 */
const EFFECT_ABLATIONS = { resample, mean: meanPositional, zero };
export type EffectName = keyof typeof EFFECT_ABLATIONS;

/** The names of all effects. */
export const EFFECTS = Object.keys(EFFECT_ABLATIONS) as readonly EffectName[];

/** What a node carries when an effect is measured. */
export const ablationOf = (effect: EffectName): Ablation => EFFECT_ABLATIONS[effect];

/** What to measure, and on how much. */
export interface NodeEffectOptions {
  readonly backend: Backend;
  /** Default: all three. */
  readonly ablations?: readonly EffectName[];
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
  /** Whether all pairs of the task's inputs were resampled, and all its inputs ablated. */
  readonly isComplete: { readonly pairs: boolean; readonly inputs: boolean };
  /**
   * On how many draws each effect was seen: pairs whose labels differ, inputs with a right output. For
   * {@link shareInterval}.
   */
  readonly seen: { readonly [Effect in EffectName]?: number };
  /**
   * The resampled pairs whose labels differ, as far as no two have an input in common: of n inputs n/2 pairs have not.
   * Where the task's inputs are a sample, the mean over their pairs tells no less than that over so many (Hoeffding
   * 1963, §5b).
   */
  readonly freshPairs: number;
}

/** What was measured of each node, by its text. */
export type MeasuredEffects = ReadonlyMap<EffectName, ReadonlyMap<string, number | undefined>>;

/** A row for each node of the model: nodes outside the circuit first. */
export function effectRows({ model, task }: Subject, measured: MeasuredEffects): NodeEffect[] {
  const outside = new Set(outsideNodes(model.config, task.correspondence).map(formatNode));
  const rows = lowLevelNodes(model.config).map((node): NodeEffect => {
    const text = formatNode(node);
    const status = outside.has(text) ? "not_in_circuit" : "in_circuit";
    const effects = [...measured].map(([ablation, values]) => [ablation, values.get(text)]);
    return { node, text, status, ...Object.fromEntries(effects) };
  });
  return [
    ...rows.filter(({ status }) => status === "not_in_circuit"),
    ...rows.filter(({ status }) => status === "in_circuit"),
  ];
}
