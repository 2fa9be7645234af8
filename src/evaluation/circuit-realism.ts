import { components, formatNode, fullGraph } from "../circuit/index.ts";
import type { Backend } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  asModelNodes,
  type ConstantAblation,
  DEFAULT_TOLERANCE,
  meanPositional,
  type PaceOptions,
  paceSteps,
  zero,
} from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { type Interval, shareInterval } from "../statistics/index.ts";
import type { TrainingTask } from "../training/index.ts";
import type { Transformer, TransformerConfig } from "../transformer/index.ts";
import { type AblationEffect, jointConstantSteps } from "./constant-ablation.ts";
import { chooseRows } from "./inputs.ts";
import { loadSubject } from "./subject.ts";

/** How nodes outside a circuit are put out of action: by their mean at each position, or by 0. */
const ABLATIONS = { mean: meanPositional, zero } satisfies Record<string, ConstantAblation>;
export type RealismAblation = keyof typeof ABLATIONS;

/** The names of these ablations. */
export const REALISM_ABLATIONS = Object.keys(ABLATIONS) as readonly RealismAblation[];

/** What realism is measured on. */
export interface RealismOptions extends PaceOptions<number> {
  readonly backend: Backend;
  /** Default: both. */
  readonly ablations?: readonly RealismAblation[];
  /** Distance below which a number counts as right. Default 0.05, the original's. */
  readonly atol?: number;
  /** Most inputs. Default 100,000, the original's. */
  readonly inputBudget?: number;
  /** Draws inputs where there are too many. Default: seed 0. */
  readonly key?: Key;
  /**
   * Whether the task has all inputs there are, so that shares are exact where all are taken. Default
   * false.
   */
  readonly isExhaustive?: boolean;
  /** Count the first position (BOS) of numbers, as the original does. */
  readonly compat?: boolean;
}

/** What is left of a transformer's answers when all heads and MLPs outside a circuit are ablated. */
export interface CircuitRealism {
  readonly ablation: RealismAblation;
  /** Heads and MLPs that were ablated. */
  readonly ablated: number;
  /** Share of the right outputs that stay right; `undefined` if the transformer has none. */
  readonly score: number | undefined;
  /** 95 %; the score itself where all inputs there are were taken. */
  readonly interval: Interval | undefined;
  /** Share of all outputs that are right under the ablation. */
  readonly accuracy: number;
}

/** Realism of several circuits, and what it was measured on. */
export interface MeasuredRealism {
  /** For each circuit one of each ablation. */
  readonly circuits: readonly (readonly CircuitRealism[])[];
  /** Distinct inputs. */
  readonly inputCount: number;
  /** Whether these are all inputs there are. */
  readonly isExhaustive: boolean;
}

/**
 * Realism of circuits (InterpBench, Gupta et al. 2024, §5): all heads and MLPs outside a circuit are
 * ablated together, and
 *
 * `score = 1 − Σ right·broken / Σ right`
 *
 * over inputs, each as often as it was drawn, and counting positions; right is what the transformer gets
 * right by itself, against the high-level model's outputs, broken what is wrong under the ablation.
 *
 * @param circuits the heads and MLPs of each, by what they write: `blocks.1.attn.hook_result[2]`,
 *   `blocks.0.hook_mlp_out`
 *
 * Throws `E_CIRCUIT` for nodes that the transformer does not have, `E_TASK` when it does not fit the task,
 * and rejects with the reason of `signal` once that is aborted.
 */
export async function measureRealism(
  model: Transformer,
  task: TrainingTask,
  circuits: readonly ReadonlySet<string>[],
  options: RealismOptions,
): Promise<MeasuredRealism> {
  const { backend, ablations = REALISM_ABLATIONS, atol = DEFAULT_TOLERANCE } = options;
  const { inputBudget = 100_000, key = Key.fromSeed(0), compat = false } = options;
  const sets = circuits.map((kept) => nodesOutside(model.config, kept));
  const inputs = chooseRows(task, inputBudget, key);
  const isExhaustive =
    (options.isExhaustive ?? false) && inputs.rows.length === task.multiplicity.length;
  const subject = loadSubject(model, task, backend, { rows: inputs.rows, countsFirst: compat });
  const wanted = ablations.map((name) => ABLATIONS[name]);
  try {
    const steps = jointConstantSteps(subject, inputs, wanted, atol, sets);
    const effects = await paceSteps(steps, options);
    const realismOf = (name: RealismAblation, set: number): CircuitRealism => ({
      ablation: name,
      ablated: sets[set]!.length,
      ...scoreOf(effects.get(ABLATIONS[name])![set]!, isExhaustive),
    });
    return {
      circuits: circuits.map((_, set) => ablations.map((name) => realismOf(name, set))),
      inputCount: inputs.rows.length,
      isExhaustive,
    };
  } finally {
    subject.dispose();
  }
}

function scoreOf({ relative, wrong, rightInputs }: AblationEffect, isExact: boolean) {
  const score = relative === undefined ? undefined : 1 - relative;
  const exact = score === undefined ? undefined : { low: score, high: score };
  return {
    score,
    interval: isExact ? exact : shareInterval(score, rightInputs),
    accuracy: 1 - wrong,
  };
}

/** The heads and MLPs of a transformer that are not among these. */
function nodesOutside(config: TransformerConfig, kept: ReadonlySet<string>) {
  const all = components(fullGraph(config));
  const known = new Set(all.map(formatNode));
  const foreign = [...kept].find((text) => !known.has(text));
  if (foreign !== undefined) {
    throw new InterpBenchError("E_CIRCUIT", "the transformer does not have a node of the circuit", {
      expected: `heads and MLPs of ${config.nLayers} layers of ${config.nHeads} heads`,
      received: foreign,
    });
  }
  return asModelNodes(all.filter((node) => !kept.has(formatNode(node))));
}
