import {
  type Ablation,
  type Learner,
  prepareLearner,
  type Scope,
  type Steps,
} from "../../interventions/index.ts";
import { INITIAL_MASK_LOGIT } from "../masks/hard-concrete.ts";
import { maskedRunInSteps } from "../masks/masked-run.ts";
import type { MaskObjective } from "../masks/objective.ts";
import type { MaskScheme } from "../masks/scheme.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { LAMBDA, MASK_LOGITS, NOISE, probingGraph } from "./graph.ts";

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

/** Masks of a task that are being trained, θ `[mask]` from ln 5 on. */
export interface MaskTrainer extends Omit<Learner, "stepInSteps"> {
  /** The number of masks. */
  readonly count: number;
  /**
   * One step on all rows, in steps: draw, forward, backward, Adam. Returns the loss before it.
   * Throws `E_NUMBER` when that is not finite.
   */
  stepInSteps(step: MaskStep): Steps<number>;
}

/**
 * Prepares the training of masks: steps share one program, whatever λ is. Throws as
 * {@link prepareMaskedRun}.
 */
export function* prepareMaskTrainer(
  scope: Scope,
  task: DiscoveryTask,
  scheme: MaskScheme,
  objective: MaskObjective,
  ablation: Ablation,
): Steps<MaskTrainer> {
  const run = yield* maskedRunInSteps(scope, task, scheme, objective, ablation);
  const { count, inputs } = run;
  const { maskLogits, loss } = probingGraph(scheme, task.transformer.config, run);
  yield 1;
  const { reset, state, stepInSteps, values } = prepareLearner(scope, {
    parameter: maskLogits,
    name: MASK_LOGITS,
    loss,
    start: new Float64Array(count).fill(INITIAL_MASK_LOGIT),
    rows: task.rows,
    inputs,
    words: { run: "a masked run", value: "a mask" },
  });
  return {
    count,
    reset,
    state,
    stepInSteps: ({ lambda, noise, ...moment }) =>
      stepInSteps({ ...moment, scalars: { [LAMBDA]: lambda, [NOISE]: noise } }),
    values,
  };
}
