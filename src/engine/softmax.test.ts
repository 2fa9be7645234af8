import { describe, expect, it } from "vitest";
import { hasNativeKernels, nativeBackend } from "./index.node.ts";
import * as e from "./index.ts";

const reference = e.referenceBackend();

const everywhere = Object.entries<e.Backend>({
  reference,
  "wasm (simd)": await e.wasmBackend({ variant: "simd" }),
  "wasm (relaxed)": await e.wasmBackend({ variant: "relaxed" }),
  ...(hasNativeKernels() ? { native: nativeBackend() } : {}),
});

const MAGNITUDES = [1, 1e3, 1e6, 1e10, 1e20, 1e30];

/** Rows of four in units of a magnitude: one-hot at each place, tied, all equal. */
const PATTERNS = [
  ...[0, 1, 2, 3].flatMap((hot) =>
    [1, -1].map((sign) => [0, 1, 2, 3].map((i) => (i === hot ? sign : 0))),
  ),
  ...[
    [1, 1, 0, -1],
    [-1, 0, 1, 1],
    [2, -1, 2, 2],
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [-1, -1, -1, -1],
    [-2, -1, -0.5, -3],
    [0.75, 1, 0.5, 1],
  ],
];

/** `[row, 4]`: every pattern at every magnitude, and neighbours at the largest finite numbers. */
const ROWS = [
  ...MAGNITUDES.flatMap((size) => PATTERNS.map((row) => row.map((x) => Math.fround(x * size)))),
  [3e38, -3e38, 0, 3e38].map(Math.fround),
  [1e6, 1e6 + 0.0625, 1e6 - 0.0625, 1e6],
  [1e10, 1e10 + 1024, 1e10 - 1024, 0],
];
const N = 4;
const SLOPES = [0.3, -1.7, 2.9, 0.6].map(Math.fround);

/** A row's softmax in float64, and whether its exponentials are all 1 or 0, in float64, too. */
function closedForm(row: readonly number[], scale: number) {
  const extreme = scale < 0 ? Math.min(...row) : Math.max(...row);
  const exponents = row.map((x) => scale * (x - extreme));
  const weights = exponents.map(Math.exp);
  const total = weights.reduce((sum, x) => sum + x);
  const isSaturated = exponents.every((x) => x === 0 || x < -750);
  return { p: weights.map((x) => x / total), isSaturated };
}

const flat = (rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat());

/** The values of a program over the rows, one row a sequence unless it says how many. */
function run<N extends string>(
  backend: e.Backend,
  outputs: Readonly<Record<N, e.Tensor>>,
  inputs: Readonly<Record<string, e.Values>>,
  batch = ROWS.length,
): Record<N, e.Values> {
  const executable = backend.load(e.compile({ outputs }));
  const result = executable.run({ batch, inputs });
  executable.dispose();
  return result;
}

/** Compares a softmax and its gradient with the closed form, bit by bit where it is saturated. */
function expectSoftmax(
  rows: readonly (readonly number[])[],
  scale: number,
  y: ArrayLike<number>,
  slopes: ArrayLike<number>,
) {
  for (const [at, row] of rows.entries()) {
    const { p, isSaturated } = closedForm(row, scale);
    const what = `${scale} · [${row}]`;
    const n = row.length;
    const values = Array.from({ length: n }, (_, i) => y[at * N + i]!);
    const gradient = Array.from({ length: n }, (_, i) => slopes[at * N + i]! / scale);
    const mean = p.reduce((sum, x, i) => sum + x * SLOPES[i]!, 0);
    for (let i = 0; i < n; i++) {
      expect(Math.abs(values[i]! - p[i]!), `${what} at ${i}`).toBeLessThan(1e-6);
      const slope = p[i]! * (SLOPES[i]! - mean);
      expect(Math.abs(gradient[i]! - slope), `gradient of ${what} at ${i}`).toBeLessThan(1e-6);
    }
    if (!isSaturated) continue;
    expect(values.map(Math.fround), what).toEqual(p.map(Math.fround));
    if (Math.max(...p) === 1) expect(gradient.every((x) => x === 0)).toBe(true);
  }
}

describe.each(everywhere)("a softmax on %s", (_, backend) => {
  const x = e.sampleInput("x", [N]);
  const weights = e.constant(SLOPES, [N]);
  const lossOf = (y: e.Tensor) => e.batchSum(e.sum(e.mul(y, weights)));

  it.each([1, 0.125, 3, 1e-10, 1e10, 1e30, -1, -0.7, -1e10])("is exact, times %f", (scale) => {
    const y = e.softmax(x, { scale });
    const [slope] = e.gradients(lossOf(y), [x]);
    const result = run(backend, { y, slope: slope! }, { x: flat(ROWS) });
    expectSoftmax(ROWS, Math.fround(scale), result.y, result.slope);
  });

  it.each([0.7, -2])("is exact over a row of parameters, times %f", (scale) => {
    const all = e.parameter("x", [ROWS.length, N]);
    const y = e.softmax(all, { scale });
    const [slope] = e.gradients(e.sum(e.mul(y, weights)), [all]);
    const result = run(backend, { y, slope: slope! }, { x: flat(ROWS) }, 1);
    expectSoftmax(ROWS, scale, result.y, result.slope);
  });

  it.each([0.7, -2])("is exact over what a causal row sees, times %f", (scale) => {
    const square = e.broadcastTo(x, [N, N]);
    const y = e.softmax(square, { scale, causal: true });
    const slopes = e.gradients(lossOf(y), [square])[0]!;
    const result = run(backend, { y, slopes }, { x: flat(ROWS) });
    const seen = ROWS.flatMap((row) => row.map((__, i) => row.slice(0, i + 1)));
    expectSoftmax(seen, scale, result.y, result.slopes);
  });

  it("is the same for all entries where the scale is 0, however far apart they are", () => {
    for (const scale of [0, -0]) {
      const y = e.softmax(x, { scale });
      const [slope] = e.gradients(lossOf(y), [x]);
      const result = run(backend, { y, slope: slope! }, { x: flat(ROWS) });
      expect(new Set(result.y)).toEqual(new Set([0.25]));
      expect(result.slope.every((value) => value === 0)).toBe(true);
    }
  });

  it("keeps differences that only a small scale makes small", () => {
    const y = e.softmax(x, { scale: 1e-38 });
    const row = [3e38, -3e38, 0, 1e38].map(Math.fround);
    const { p } = closedForm(
      row.map((value) => value * 1e-38),
      1,
    );
    const result = run(backend, { y }, { x: flat([row]) }, 1);
    p.forEach((share, i) => void expect(result.y[i]).toBeCloseTo(share, 6));
  });

  it("gives masked entries nothing, and has no value where all are masked", () => {
    const no = Number.NEGATIVE_INFINITY;
    const rows = [
      [no, 1e20, no, -1e20],
      [no, no, -1e30, no],
      [no, no, no, no],
    ];
    const { y } = run(backend, { y: e.softmax(x) }, { x: flat(rows) }, rows.length);
    const { NaN: none } = Number;
    expect([...y]).toEqual([0, 1, 0, 0, 0, 0, 1, 0, none, none, none, none]);
  });
});

describe.each(everywhere)("logits of all sizes on %s", (_, backend) => {
  const x = e.sampleInput("x", [N]);
  const id = e.sampleInput("id", []);

  it("have exact logarithms of their softmax, and its gradient", () => {
    const y = e.logSoftmax(x);
    const slope = e.gradients(e.batchSum(e.sum(e.mul(y, e.constant(SLOPES, [N])))), [x])[0]!;
    const result = run(backend, { y, slope }, { x: flat(ROWS) });
    const sum = SLOPES.reduce((total, value) => total + value);
    for (const [at, row] of ROWS.entries()) {
      const largest = Math.max(...row);
      const { p } = closedForm(row, 1);
      const logTotal = Math.log(row.reduce((total, value) => total + Math.exp(value - largest), 0));
      for (let i = 0; i < N; i++) {
        const expected = Math.fround(row[i]! - largest - logTotal);
        const received = result.y[at * N + i]!;
        if (Number.isFinite(expected)) {
          const error = Math.abs(received - expected) / Math.max(1, Math.abs(expected));
          expect(error, `[${row}] at ${i}`).toBeLessThan(1e-6);
        }
        const error = Math.abs(result.slope[at * N + i]! - (SLOPES[i]! - p[i]! * sum));
        expect(error, `gradient of [${row}] at ${i}`).toBeLessThan(1e-6);
      }
    }
  });

  it("have exact cross-entropies, whose gradient vanishes where the answer is sure", () => {
    const loss = e.crossEntropy(x, id);
    const slope = e.gradients(e.batchSum(e.mul(loss, 0.75)), [x])[0]!;
    for (let named = 0; named < N; named++) {
      const ids = new Float32Array(ROWS.length).fill(named);
      const result = run(backend, { loss, slope }, { x: flat(ROWS), id: ids });
      for (const [at, row] of ROWS.entries()) {
        const { p, isSaturated } = closedForm(row, 1);
        const gradient = [...result.slope.slice(at * N, (at + 1) * N)];
        gradient.forEach((received, i) => {
          const expected = 0.75 * (p[i]! - (i === named ? 1 : 0));
          expect(Math.abs(received - expected), `[${row}] at ${i}`).toBeLessThan(1e-6);
          if (isSaturated && Math.max(...p) === 1) expect(received).toBe(expected);
        });
        if (isSaturated && p[named] === 1) expect(result.loss[at]).toBe(0);
      }
    }
  });
});
