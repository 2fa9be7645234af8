import {
  type Learner,
  type LearnerSpec,
  type LearnerStep,
  prepareLearner,
  type Scope,
  type Steps,
} from "../../interventions/index.ts";

/** When a step happens: Adam's step number (the first is 1) and learning rate. */
export type StepMoment = Pick<LearnerStep, "step" | "learningRate">;

/** Masks, or other numbers that say how much is kept, while they learn by steps that are each given a `Step`. */
export interface MaskTrainer<Step extends StepMoment> extends Omit<Learner, "stepInSteps"> {
  /** How many numbers learn. */
  readonly count: number;
  /**
   * One step, in steps: draw, forward, backward, Adam. Gives the loss before it. Throws `E_NUMBER` when that is
   * not finite.
   */
  stepInSteps(step: Step): Steps<number>;
}

/**
 * Prepares a trainer: steps share one program.
 *
 * @param given the scalars, rows and inputs of a step
 */
export function prepareMaskTrainer<Step extends StepMoment>(
  scope: Scope,
  spec: LearnerSpec,
  given: (step: Step) => Omit<LearnerStep, keyof StepMoment>,
): MaskTrainer<Step> {
  const words = { run: "a masked run", value: "a mask" };
  const learner = prepareLearner(scope, { words, ...spec });
  return {
    ...learner,
    count: spec.start.length,
    stepInSteps: (step) => {
      const { step: number, learningRate } = step;
      return learner.stepInSteps({ step: number, learningRate, ...given(step) });
    },
  };
}
