import { describe, expect, it } from "vitest";
import {
  batchMean,
  compile,
  einsum,
  gradients,
  mul,
  parameter,
  referenceBackend,
  sampleInput,
  square,
  sub,
  sum,
} from "./index.ts";

describe("a tensor program", () => {
  it("fits a line by gradient descent", () => {
    const x = sampleInput("x", [2]);
    const y = sampleInput("y", []);
    const w = parameter("w", [2]);
    const loss = batchMean(square(sub(einsum("i,i->", x, w), y)));
    const [slope] = gradients(loss, [w]);
    const program = compile({
      outputs: { loss },
      updates: [{ parameter: w, value: sub(w, mul(slope!, 0.1)) }],
    });
    const backend = referenceBackend();
    const weights = backend.buffer([0, 0]);
    const executable = backend.load(program);
    const inputs = {
      x: Float64Array.of(1, 0, 0, 1, 1, 1),
      y: Float64Array.of(2, -1, 1),
      w: weights,
    };
    let last = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 200; i++) last = executable.run({ batch: 3, inputs }).loss[0]!;
    expect(last).toBeLessThan(1e-9);
    expect([...weights.read()].map((v) => Math.round(v * 1e4) / 1e4)).toEqual([2, -1]);
  });

  it("sums an empty batch to zero", () => {
    const x = sampleInput("x", [3]);
    const program = compile({ outputs: { y: sum(x), loss: batchMean(sum(x)) } });
    const result = referenceBackend()
      .load(program)
      .run({ batch: 0, inputs: { x: new Float32Array(0) } });
    expect(result.y).toHaveLength(0);
    expect(result.loss[0]).toBeNaN();
  });
});
