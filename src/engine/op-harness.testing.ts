import { Key } from "../rng/index.ts";
import type { Backend, Tensor, Values } from "./index.ts";
import * as e from "./index.ts";
import type { OpCase } from "./op-cases/op-case.testing.ts";

/** A case with drawn inputs, ready to run on any backend. */
export interface PreparedCase {
  readonly batch: number;
  readonly values: Readonly<Record<string, Float64Array>>;
  readonly program: e.Program;
  /** Names of the inputs whose gradients are outputs `d:<name>`. */
  readonly differentiated: readonly string[];
}

/**
 * Draws inputs for `batch` sequences and compiles a program with outputs `y` (the operation's
 * value), `loss` (a fixed random weighting of it, batch mean) and `d:x<i>` (the loss's gradients).
 * Values are float32-exact so that all backends see the same numbers.
 */
export function prepare(opCase: OpCase, batch: number): PreparedCase {
  const key = Key.fromSeed(7).fold(opCase.name).fold(batch);
  const values: Record<string, Float64Array> = {};
  const tensors = opCase.inputs.map((input, i) => {
    const name = `x${i}`;
    const count = e.sizeOf(input.shape) * (input.extent === "sample" ? batch : 1);
    const [low, high] = input.between ?? [-2, 2];
    const draws = key.fold(name).uniform(count);
    values[name] = Float64Array.from(draws, (u) =>
      Math.fround(input.ids === undefined ? low + u * (high - low) : Math.floor(u * input.ids)),
    );
    return input.extent === "sample"
      ? e.sampleInput(name, input.shape)
      : e.parameter(name, input.shape);
  });
  const y = opCase.build(tensors);
  const weights = e.constant(
    Array.from(key.fold("weights").uniform(e.sizeOf(y.shape)), (u) => Math.fround(u - 0.5)),
    y.shape,
  );
  const loss = e.batchMean(e.sum(e.mul(y, weights)));
  const wrt = opCase.inputs.flatMap((input, i) => (input.ids === undefined ? [i] : []));
  const slopes = e.gradients(
    loss,
    wrt.map((i) => tensors[i]!),
  );
  const outputs: Record<string, Tensor> = { y, loss };
  for (const [k, i] of wrt.entries()) outputs[`d:x${i}`] = slopes[k]!;
  // Inputs that neither result depends on still have to be accepted by run().
  return {
    batch,
    values,
    program: e.compile({ outputs }),
    differentiated: wrt.map((i) => `x${i}`),
  };
}

/** Runs a prepared case on a backend, with some inputs replaced. */
export function runCase(
  prepared: PreparedCase,
  backend: Backend,
  replaced: Readonly<Record<string, Float64Array>> = {},
): Record<string, Values> {
  const executable = backend.load(prepared.program);
  const inputs: Record<string, Values> = {};
  for (const name of prepared.program.inputs.keys()) {
    inputs[name] = replaced[name] ?? prepared.values[name]!;
  }
  const result = executable.run({ batch: prepared.batch, inputs });
  executable.dispose();
  return result;
}
