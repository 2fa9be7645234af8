import {
  type AdamOptions,
  adamScalars,
  type Binding,
  compile,
  momentNames,
  optimizerStep,
  PYTORCH_ADAM,
  type Steps,
  sizeOf,
  type Tensor,
} from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { usedInputs } from "../transformer/index.ts";
import type { Scope } from "./scope.ts";

/** What learns beside a model that does not change: masks of places, what an ablated place carries. */
export interface LearnerSpec {
  /** What learns, made by `parameter(name, shape)`. */
  readonly parameter: Tensor;
  readonly name: string;
  /** What it learns on, `[]`, shared. */
  readonly loss: Tensor;
  /** What it is before the first step, `[...shape]`. */
  readonly start: ArrayLike<number>;
  /** All rows; a step may be on some of them. */
  readonly rows: number;
  /** What the loss reads besides; what it does not read is ignored. */
  readonly inputs: Readonly<Record<string, Binding>>;
  /** Default: PyTorch's. */
  readonly adam?: AdamOptions;
  /** The largest norm of its gradient. Default: any. */
  readonly clip?: number;
  /** What errors call a run, and what learns. Default: `a run`, `the parameter`. */
  readonly words?: { readonly run: string; readonly value: string };
}

/** What learning has come to: the parameter θ and Adam's moments, `[...shape]` each. */
export interface LearnerState {
  readonly theta: ArrayLike<number>;
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

/** One step of learning. */
export interface LearnerStep {
  /** Adam's step number; the first is 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Scalars of the loss. */
  readonly scalars?: Readonly<Record<string, number | ArrayLike<number>>>;
  /** Rows of this run, where steps are on some of the rows. Default: all. */
  readonly rows?: number;
  /** What this run reads that differs from step to step; what the loss does not read is ignored. */
  readonly inputs?: Readonly<Record<string, Binding>>;
}

/** A parameter that learns on a model that does not. */
export interface Learner {
  /** Forgets everything learnt, or takes up a state. */
  reset(state?: LearnerState): void;
  /** A copy of what has been learnt. */
  state(): LearnerState;
  /**
   * One step, in one run: forward, backward, Adam. Gives the loss before it. Throws `E_NUMBER` when that is
   * not finite. Made in steps, which are to be run to their end.
   */
  stepInSteps(step: LearnerStep): Steps<number>;
  /** A copy of the parameter. Throws `E_NUMBER` when it is not finite. */
  values(): Float64Array;
}

const WORDS = { run: "a run", value: "the parameter" };

/** Prepares the learning of a parameter: one program for all steps. */
export function prepareLearner(
  scope: Scope,
  {
    parameter,
    name,
    loss,
    start,
    rows,
    inputs,
    adam = PYTORCH_ADAM,
    clip,
    words = WORDS,
  }: LearnerSpec,
): Learner {
  const options = clip === undefined ? { adam } : { adam, clip };
  const { updates } = optimizerStep([{ parameter }], loss, options);
  const executable = scope.load(compile({ outputs: { loss }, updates }));
  const size = sizeOf(parameter.shape);
  const [theta, first, second] = [scope.buffer(size), scope.buffer(size), scope.buffer(size)];
  const moments = momentNames(name);
  const bound = usedInputs(executable.program, {
    ...inputs,
    [name]: theta,
    [moments.first]: first,
    [moments.second]: second,
  });
  const zeros = new Float64Array(size);
  const reset = (state: LearnerState = { theta: start, first: zeros, second: zeros }) => {
    theta.write(state.theta);
    first.write(state.first);
    second.write(state.second);
  };
  reset();
  const stepInSteps: Learner["stepInSteps"] = function* ({
    step,
    learningRate,
    scalars = {},
    rows: batch = rows,
    inputs: own = {},
  }) {
    const all = { ...adamScalars(step, learningRate, adam), ...scalars };
    const inputs = { ...bound, ...usedInputs(executable.program, own) };
    const result = yield* executable.runInSteps({ batch, inputs, scalars: all });
    const [value = Number.NaN] = result.loss;
    assertFinite(value, `the loss of ${words.run} is not a finite number`);
    return value;
  };
  return {
    reset,
    state: () => ({ theta: theta.read(), first: first.read(), second: second.read() }),
    stepInSteps,
    values: () => {
      const values = Float64Array.from(theta.read());
      for (const value of values)
        assertFinite(value, `${words.value} is no longer a finite number`);
      return values;
    },
  };
}

function assertFinite(value: number, problem: string): void {
  if (Number.isFinite(value)) return;
  throw new InterpBenchError("E_NUMBER", problem, {
    received: String(value),
    hint: "Does the transformer have infinite or NaN weights, or overflow float32? Is the learning rate, or the weight of a penalty, very large?",
  });
}
