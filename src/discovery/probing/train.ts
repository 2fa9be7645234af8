import type { Ablation, Scope, Steps } from "../../interventions/index.ts";
import { INITIAL_MASK_LOGIT } from "../masks/hard-concrete.ts";
import { type MaskTrainer, prepareMaskTrainer, type StepMoment } from "../masks/mask-trainer.ts";
import { maskedRunInSteps } from "../masks/masked-run.ts";
import type { MaskObjective } from "../masks/objective.ts";
import type { MaskScheme } from "../masks/scheme.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { LAMBDA, MASK_LOGITS, NOISE, probingGraph } from "./graph.ts";

/** What a step is given. */
export interface ProbingStep extends StepMoment {
  /** λ, what the penalty counts. */
  readonly lambda: number;
  /** Logistic noise, `[mask]`. */
  readonly noise: ArrayLike<number>;
}

/**
 * Prepares the training of masks, θ `[mask]` from ln 5 on, each step on all rows, whatever λ is. Throws as
 * {@link prepareMaskedRun}.
 */
export function* prepareProbing(
  scope: Scope,
  task: DiscoveryTask,
  scheme: MaskScheme,
  objective: MaskObjective,
  ablation: Ablation,
): Steps<MaskTrainer<ProbingStep>> {
  const run = yield* maskedRunInSteps(scope, task, scheme, objective, ablation);
  const { count, inputs } = run;
  const { maskLogits, loss } = probingGraph(scheme, task.transformer.config, run);
  yield 1;
  const start = new Float64Array(count).fill(INITIAL_MASK_LOGIT);
  return prepareMaskTrainer(
    scope,
    { parameter: maskLogits, name: MASK_LOGITS, loss, start, rows: task.rows, inputs },
    ({ lambda, noise }) => ({ scalars: { [LAMBDA]: lambda, [NOISE]: noise } }),
  );
}
