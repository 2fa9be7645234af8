import type { Binding } from "../../engine/index.ts";
import {
  type Ablation,
  CLEAN_LOGITS,
  freezeWeights,
  type GraphWeights,
  type LearnerState,
  namedInputs,
  prepareInputRuns,
  prepareLearner,
  ROW_WEIGHT,
  rowWeights,
  type Scope,
} from "../../interventions/index.ts";
import { assertFiniteTask } from "../run/finite.ts";
import { type DiscoveryTask, keptTargets } from "../task/task.ts";
import { LAMBDA, MASK_LOGITS, maskCount, NOISE, probingGraph } from "./graph.ts";
import { INITIAL_MASK_LOGIT } from "./hard-concrete.ts";
import { assertObjective, LABELS_NEED, type ProbingObjective } from "./loss.ts";
import type { MaskScheme } from "./scheme.ts";

/** What a step of training masks is given. */
export interface MaskStep {
  /** Adam's step number; the first is 1. */
  readonly step: number;
  readonly learningRate: number;
  /** λ, what the penalty counts. */
  readonly lambda: number;
  /** Logistic noise, `[mask]`. */
  readonly noise: ArrayLike<number>;
}

/** Masks of a task that are being trained. */
export interface MaskTrainer {
  /** The number of masks. */
  readonly count: number;
  /** Forgets everything learnt: all θ are ln 5 again, or those of a state. */
  reset(state?: LearnerState): void;
  /** A copy of what has been learnt. */
  state(): LearnerState;
  /**
   * One step on all rows, in one run: draw, forward, backward, Adam. Returns the loss before it.
   * Throws `E_NUMBER` when that is not finite.
   */
  step(step: MaskStep): number;
  /** A copy of θ, `[mask]`. Throws `E_NUMBER` when one is not finite. */
  maskLogits(): Float64Array;
}

/**
 * What the steps of a {@link probingGraph} read and never change, in buffers: weights, tokens, what
 * they are compared with, and what masked places carry.
 *
 * Throws `E_LOSS` for an objective that does not fit, `E_TASK` for missing targets or corrupted inputs.
 */
export function probingInputs(
  scope: Scope,
  task: DiscoveryTask,
  weights: GraphWeights,
  scheme: MaskScheme,
  objective: ProbingObjective,
  ablation: Ablation,
): Record<string, Binding> {
  assertObjective(task, objective);
  const wanted: Record<string, Binding> =
    objective.target === "labels"
      ? {
          targets: scope.buffer(keptTargets(task, "targets", LABELS_NEED)),
        }
      : { [CLEAN_LOGITS]: prepareInputRuns(scope, task, weights, []).clean().logits };
  const hooks = scheme.ablatedHooks(task.transformer.config);
  const ablated = prepareInputRuns(scope, task, weights, hooks).ablated(ablation, hooks);
  return {
    ...weights.bindings,
    ...wanted,
    ...namedInputs("ablated", ablated),
    [ROW_WEIGHT]: scope.buffer(rowWeights(task)),
    tokens: scope.buffer(task.cleanTokens),
  };
}

/**
 * Prepares the training of masks: steps share one program, whatever λ is. Throws as
 * {@link probingInputs}.
 */
export function prepareMaskTrainer(
  scope: Scope,
  task: DiscoveryTask,
  scheme: MaskScheme,
  objective: ProbingObjective,
  ablation: Ablation,
): MaskTrainer {
  const weights = freezeWeights(scope, task.transformer);
  assertFiniteTask(scope, task, weights, ablation);
  const fixed = probingInputs(scope, task, weights, scheme, objective, ablation);
  const { maskLogits, loss } = probingGraph(task, weights, scheme, objective);
  const count = maskCount(scheme, task.transformer.config);
  const { reset, state, step, values } = prepareLearner(scope, {
    parameter: maskLogits,
    name: MASK_LOGITS,
    loss,
    start: new Float64Array(count).fill(INITIAL_MASK_LOGIT),
    rows: task.rows,
    inputs: fixed,
    words: { run: "a masked run", value: "a mask" },
  });
  return {
    count,
    reset,
    state,
    step: ({ lambda, noise, ...moment }) =>
      step({ ...moment, scalars: { [LAMBDA]: lambda, [NOISE]: noise } }),
    maskLogits: values,
  };
}
