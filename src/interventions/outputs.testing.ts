import { compile, referenceBackend, sampleInput, type Tensor } from "../engine/index.ts";

/** One number per sequence of a function of two sample inputs, given row by row. */
export function evaluate(
  build: (logits: Tensor, targets: Tensor) => Tensor,
  shapes: readonly [readonly number[], readonly number[]],
  logits: readonly number[],
  targets: readonly number[],
): number[] {
  const [x, y] = [sampleInput("x", shapes[0]), sampleInput("y", shapes[1])];
  const inputs = { x: Float64Array.from(logits), y: Float64Array.from(targets) };
  const batch = targets.length / shapes[1].reduce((a, b) => a * b, 1);
  const executable = referenceBackend().load(compile({ outputs: { out: build(x, y) } }));
  return [...executable.run({ batch, inputs }).out];
}
