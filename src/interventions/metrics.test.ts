import { describe, expect, it } from "vitest";
import {
  type Backend,
  compile,
  referenceBackend,
  sampleInput,
  wasmBackend,
} from "../engine/index.ts";
import { divergence, isBroken, meanCrossEntropy, meanSquaredError } from "./metrics.ts";
import { evaluate } from "./outputs.testing.ts";

describe("cross-entropy", () => {
  it("is log 2 for two equal logits and 0 for certainty", () => {
    const [even, sure] = evaluate(meanCrossEntropy, [[1, 2], [1]], [0, 0, 0, -1000], [1, 0]);
    expect(even).toBeCloseTo(Math.log(2), 12);
    expect(sure).toBeCloseTo(0, 12);
  });

  it("is the mean over positions", () => {
    const logits = [1, 2, 3, 0, 1, 0];
    const [loss] = evaluate(meanCrossEntropy, [[2, 3], [2]], logits, [2, 0]);
    const surprise = (row: number[], id: number) =>
      Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) - row[id]!;
    expect(loss).toBeCloseTo((surprise([1, 2, 3], 2) + surprise([0, 1, 0], 0)) / 2, 12);
  });
});

describe("the mean squared error", () => {
  it("is the mean over positions and outputs", () => {
    expect(
      evaluate(
        meanSquaredError,
        [
          [2, 1],
          [2, 1],
        ],
        [1, 4],
        [1, 1],
      ),
    ).toEqual([4.5]);
  });
});

const wasm = await wasmBackend();
const BACKENDS: readonly (readonly [string, Backend])[] = [
  ["reference", referenceBackend()],
  ["wasm", wasm],
];

/** KL of the distributions of two lists of logits, by its definition in float64. */
function exactDivergence(p: readonly number[], q: readonly number[]): number {
  const logs = (x: readonly number[]) => {
    const norm = Math.log(x.reduce((total, value) => total + Math.exp(value), 0));
    return x.map((value) => value - norm);
  };
  const [logP, logQ] = [logs(p), logs(q)];
  return logP.reduce((total, log, i) => total + Math.exp(log) * (log - logQ[i]!), 0);
}

describe.each(BACKENDS)("the divergence of two distributions on %s", (_, backend) => {
  const [p, q] = [sampleInput("p", [1, 3]), sampleInput("q", [1, 3])];
  const executable = backend.load(compile({ outputs: { d: divergence(p, q) } }));
  const measure = (a: readonly number[], b: readonly number[]) =>
    executable.run({ batch: 1, inputs: { p: Float64Array.from(a), q: Float64Array.from(b) } })
      .d[0]!;

  it("is 0 between equal ones", () => {
    expect(measure([1, 2, 3], [1, 2, 3])).toBe(0);
  });

  it("keeps its digits between nearly equal ones", () => {
    for (const shift of [2 ** -4, 2 ** -7, 2 ** -10]) {
      const [a, b] = [
        [1, 2, 0.5],
        [1 + shift, 2 - shift, 0.5],
      ];
      expect(Math.abs(measure(a!, b!) / exactDivergence(a!, b!) - 1)).toBeLessThan(2e-3);
    }
  });

  it("is right between different ones, and finite between certainties", () => {
    expect(measure([3, 0, -1], [-2, 1, 4])).toBeCloseTo(exactDivergence([3, 0, -1], [-2, 1, 4]), 4);
    expect(measure([200, 0, 0], [0, 200, 0])).toBeCloseTo(200, 3);
    expect(measure([0, 200, 0], [0, 200, 0])).toBe(0);
  });
});

describe("a broken output", () => {
  it("is another class, or a number further away than both tolerances together", () => {
    const run = (
      categorical: boolean,
      shape: readonly number[],
      values: number[],
      wanted: number[],
    ) => {
      const [x, y] = [sampleInput("x", shape), sampleInput("y", categorical ? [2] : shape)];
      const program = compile({ outputs: { out: isBroken({ categorical }, x, y, 0.05) } });
      const inputs = { x: Float64Array.from(values), y: Float64Array.from(wanted) };
      return [...referenceBackend().load(program).run({ batch: 1, inputs }).out];
    };
    expect(run(true, [2, 2], [1, 0, 1, 0], [0, 1])).toEqual([0, 1]);
    expect(run(false, [2, 1], [0.0500001, 100.0509], [0, 100])).toEqual([1, 0]);
  });
});
