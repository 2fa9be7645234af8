import { describe, expect, it } from "vitest";
import * as e from "../index.ts";
import { OP_CASES } from "../op-cases.testing.ts";
import { prepare, runCase } from "../op-harness.testing.ts";

const backend = e.referenceBackend();
const STEP = 1e-5;
const TOLERANCE = 2e-8;

describe("gradients against central differences", () => {
  for (const opCase of OP_CASES.filter((c) => c.smooth !== false)) {
    it(opCase.name, () => {
      const prepared = prepare(opCase, 2);
      const exact = runCase(prepared, backend);
      for (const name of prepared.differentiated) {
        const x = prepared.values[name]!;
        for (let i = 0; i < x.length; i++) {
          const moved = (by: number) => {
            const copy = x.slice();
            copy[i]! += by;
            return runCase(prepared, backend, { [name]: copy }).loss![0]!;
          };
          const difference = (moved(STEP) - moved(-STEP)) / (2 * STEP);
          const gradient = exact[`d:${name}`]![i]!;
          expect(Math.abs(gradient - difference), `d ${name}[${i}]`).toBeLessThan(
            TOLERANCE * Math.max(1, Math.abs(difference)),
          );
        }
      }
    });
  }
});

describe("gradients", () => {
  it("are zeros for a tensor that the loss does not use", () => {
    const x = e.sampleInput("x", [2]);
    const w = e.parameter("w", [3]);
    const [dw] = e.gradients(e.batchMean(e.sum(x)), [w]);
    const result = backend.load(e.compile({ outputs: { dw: dw! } })).run({ batch: 1 });
    expect([...result.dw]).toEqual([0, 0, 0]);
  });

  it("refuse a per-sample loss and say what to do", () => {
    const x = e.sampleInput("x", []);
    expect(() => e.gradients(x, [x])).toThrow(
      "gradients needs a single number for the whole batch",
    );
  });

  it("stop at stopGradient", () => {
    const w = e.parameter("w", []);
    const [dw] = e.gradients(e.mul(w, e.stopGradient(w)), [w]);
    const program = e.compile({ outputs: { dw: dw! } });
    expect(backend.load(program).run({ batch: 0, inputs: { w: Float32Array.of(3) } }).dw[0]).toBe(
      3,
    );
  });

  it("share a maximum's slope between ties", () => {
    const w = e.parameter("w", [3]);
    const [dw] = e.gradients(e.max(w), [w]);
    const program = e.compile({ outputs: { dw: dw! } });
    const inputs = { w: Float32Array.of(5, 1, 5) };
    expect([...backend.load(program).run({ batch: 0, inputs }).dw]).toEqual([0.5, 0, 0.5]);
  });

  it("differentiate twice", () => {
    const w = e.parameter("w", []);
    const [first] = e.gradients(e.mul(e.square(w), w), [w]);
    const [second] = e.gradients(first!, [w]);
    const program = e.compile({ outputs: { second: second! } });
    expect(
      backend.load(program).run({ batch: 0, inputs: { w: Float32Array.of(2) } }).second[0],
    ).toBe(12);
  });
});
