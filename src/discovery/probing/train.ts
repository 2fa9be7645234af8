import { type Binding, compile, gradients } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import type { Scope } from "../../interventions/index.ts";
import {
  type Ablation,
  freezeWeights,
  type GraphWeights,
  namedInputs,
  prepareInputRuns,
  ROW_WEIGHT,
  rowWeights,
} from "../../interventions/index.ts";
import { type AdamOptions, adam, adamScalars, momentNames } from "../../training/index.ts";
import { usedInputs } from "../../transformer/index.ts";
import { assertFiniteTask } from "../run/finite.ts";
import { CLEAN_LOGITS } from "../task/losses.ts";
import { type DiscoveryTask, keptTargets } from "../task/task.ts";
import { LAMBDA, MASK_LOGITS, maskCount, NOISE, probingGraph } from "./graph.ts";
import { INITIAL_MASK_LOGIT } from "./hard-concrete.ts";
import { assertObjective, type ProbingObjective } from "./loss.ts";
import type { MaskScheme } from "./scheme.ts";

/** PyTorch's Adam: β = (0.9, 0.999), ε = 1e-8. */
const ADAM: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

const MOMENTS = momentNames(MASK_LOGITS);

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

/** What training has come to: θ and Adam's moments, `[mask]` each. */
export interface MaskState {
  readonly theta: ArrayLike<number>;
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

/** Masks of a task that are being trained. */
export interface MaskTrainer {
  /** The number of masks. */
  readonly count: number;
  /** Forgets everything learnt: all θ are ln 5 again, or those of a state. */
  reset(state?: MaskState): void;
  /** A copy of what has been learnt. */
  state(): MaskState;
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
          targets: scope.buffer(
            keptTargets(task, "targets", 'the target "labels" (unlike "model")'),
          ),
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
  const updates = adam([maskLogits], gradients(loss, [maskLogits]), ADAM);
  const executable = scope.load(compile({ outputs: { loss }, updates }));
  const count = maskCount(scheme, task.transformer.config);
  const [theta, first, second] = [scope.buffer(count), scope.buffer(count), scope.buffer(count)];
  const inputs = usedInputs(executable.program, {
    ...fixed,
    [MASK_LOGITS]: theta,
    [MOMENTS.first]: first,
    [MOMENTS.second]: second,
  });
  const untrained: MaskState = {
    theta: new Float64Array(count).fill(INITIAL_MASK_LOGIT),
    first: new Float64Array(count),
    second: new Float64Array(count),
  };
  const reset = (state = untrained) => {
    theta.write(state.theta);
    first.write(state.first);
    second.write(state.second);
  };
  reset();
  return {
    count,
    reset,
    state: () => ({ theta: theta.read(), first: first.read(), second: second.read() }),
    step: ({ step, learningRate, lambda, noise }) => {
      const scalars = {
        ...adamScalars(step, learningRate, ADAM),
        [LAMBDA]: lambda,
        [NOISE]: noise,
      };
      const [value = Number.NaN] = executable.run({ batch: task.rows, inputs, scalars }).loss;
      assertFinite(value, "the loss of a masked run is not a finite number");
      return value;
    },
    maskLogits: () => {
      const values = Float64Array.from(theta.read());
      for (const value of values) assertFinite(value, "a mask is no longer a finite number");
      return values;
    },
  };
}

function assertFinite(value: number, problem: string): void {
  if (Number.isFinite(value)) return;
  throw new InterpBenchError("E_NUMBER", problem, {
    received: String(value),
    hint: "Does the transformer have infinite or NaN weights, or overflow float32? Is λ or the learning rate very large?",
  });
}
