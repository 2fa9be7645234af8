import { describe, expect, it } from "vitest";
import { hasNativeKernels, nativeBackend } from "../index.node.ts";
import * as e from "../index.ts";
import { OP_CASES } from "../op-cases.testing.ts";
import { prepare, runCase } from "../op-harness.testing.ts";

/** Relative to the larger of 1 and the result's largest element. */
const TOLERANCE = 3e-6;

/** Batches that do not fill a tile, fill it exactly, and need a second one. */
const BATCHES = [1, 3, 16, 37];

const reference = e.referenceBackend();

const backends: Record<string, e.Backend> = {
  "wasm (simd)": await e.wasmBackend({ variant: "simd" }),
  "wasm (relaxed)": await e.wasmBackend({ variant: "relaxed" }),
  ...(hasNativeKernels() ? { native: nativeBackend() } : {}),
};

for (const [backendName, backend] of Object.entries(backends)) {
  describe(`${backendName} against the reference`, () => {
    for (const opCase of OP_CASES) {
      it(opCase.name, () => {
        for (const batch of BATCHES) {
          const prepared = prepare(opCase, batch);
          const expected = runCase(prepared, reference);
          const received = runCase(prepared, backend);
          for (const [name, values] of Object.entries(expected)) {
            const scale = Math.max(1, ...values.map(Math.abs));
            expect(received[name], name).toHaveLength(values.length);
            const wrong = values.findIndex(
              (value, i) => !(Math.abs(received[name]![i]! - value) / scale < TOLERANCE),
            );
            const of = `${name}[${wrong}] of batch ${batch}`;
            expect(wrong, `${of}: ${received[name]![wrong]}, not ${values[wrong]}`).toBe(-1);
          }
        }
      });
    }
  });
}

const everywhere = Object.entries({ reference, ...backends });

describe.each(everywhere)("%s, on ids that name no row", (_, backend) => {
  it.each([4, 70])("reads NaN from a table of %i rows, and adds nothing to it", (count) => {
    const [ids, table] = [e.sampleInput("ids", [5]), e.parameter("table", [count, 2])];
    const rows = e.embed(table, ids);
    const [slope] = e.gradients(e.batchSum(e.sum(rows)), [table]);
    const executable = backend.load(e.compile({ outputs: { rows, slope: slope! } }));
    const inputs = {
      ids: Float32Array.of(0, -1, 1.5, count, count - 1),
      table: Float32Array.from({ length: count * 2 }, (__, i) => i),
    };
    const result = executable.run({ batch: 1, inputs });
    const { NaN: none } = Number;
    const last = 2 * (count - 1);
    expect([...result.rows]).toEqual([0, 1, none, none, none, none, none, none, last, last + 1]);
    const named = result.slope.map((x, i) => (x === 0 ? -1 : i)).filter((i) => i >= 0);
    expect([...named]).toEqual([0, 1, last, last + 1]);
    executable.dispose();
  });

  it("has no cross-entropy of them", () => {
    const [ids, logits] = [e.sampleInput("ids", [4]), e.sampleInput("logits", [4, 3])];
    const program = e.compile({ outputs: { loss: e.crossEntropy(logits, ids) } });
    const executable = backend.load(program);
    const inputs = { ids: Float32Array.of(2, -1, 0.5, 3), logits: new Float32Array(12) };
    const { loss } = executable.run({ batch: 1, inputs });
    expect(loss[0]).toBeCloseTo(Math.log(3), 6);
    expect([...loss.slice(1)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    executable.dispose();
  });
});

describe.each(everywhere)("%s, at the ends of the numbers", (_, backend) => {
  const valuesOf = (x: readonly number[], build: (x: e.Tensor) => e.Tensor): number[] => {
    const input = e.sampleInput("x", [x.length]);
    const executable = backend.load(e.compile({ outputs: { y: build(input) } }));
    const { y } = executable.run({ batch: 1, inputs: { x: Float32Array.from(x) } });
    executable.dispose();
    return [...y];
  };

  it("gives entries of -Infinity no share of a softmax, however large the others are", () => {
    const x = [Number.NEGATIVE_INFINITY, 3e38, 3e38, -3e38];
    expect(valuesOf(x, (y) => e.softmax(y))).toEqual([0, 0.5, 0.5, 0]);
  });

  it("lets GELU be the identity far above 0, and 0 far below", () => {
    expect(valuesOf([1e20, 50, -50, -1e20, 0], e.gelu).map((y) => y + 0)).toEqual([
      Math.fround(1e20),
      50,
      0,
      0,
      0,
    ]);
  });

  it.each([
    ["gelu", e.gelu],
    ["geluNew", e.geluNew],
    ["exp", e.exp],
    ["tanh", e.tanh],
    ["erf", e.erf],
    ["relu", e.relu],
    ["maximum", (x: e.Tensor) => e.maximum(x, 0)],
    ["maximum, the other way round", (x: e.Tensor) => e.maximum(0, x)],
    ["minimum", (x: e.Tensor) => e.minimum(x, 0)],
    ["softmax", (x: e.Tensor) => e.softmax(x)],
    ["logSoftmax", (x: e.Tensor) => e.logSoftmax(x)],
    ["max", (x: e.Tensor) => e.add(x, e.max(x))],
  ])("hands NaN on through %s", (__, build) => {
    expect(valuesOf([1, Number.NaN, 2], build)[1]).toBeNaN();
  });
});

for (const [backendName, open] of Object.entries({
  wasm: () => e.wasmBackend(),
  ...(hasNativeKernels() ? { native: async () => nativeBackend() } : {}),
})) {
  describe(`${backendName}'s memory`, () => {
    const x = e.sampleInput("x", [100]);
    const program = e.compile({ outputs: { y: e.square(x) } });
    const batch = 160;

    it("counts buffers, programs and what a run takes for a while", async () => {
      const backend = await open();
      const used = () => backend.memory()!.used;
      expect(used()).toBe(0);
      const buffer = backend.buffer(batch * 100);
      expect(used()).toBe(batch * 100 * 4);
      const executable = backend.load(program);
      const loaded = used();
      executable.run({ batch, inputs: { x: buffer } });
      // A tile holds the input of its 16 sequences at least; it is kept for the next run.
      const working = used() - loaded;
      expect(working).toBeGreaterThanOrEqual(100 * 16 * 4);
      const { peak, reserved } = backend.memory()!;
      expect(peak).toBeGreaterThanOrEqual(loaded + batch * 100 * 4);
      expect(reserved).toBeGreaterThanOrEqual(peak);
      executable.dispose();
      buffer.dispose();
      expect(backend.memory()).toEqual({ used: 0, peak, reserved });
    });

    it("is worked in by one run after the other, whatever the program", async () => {
      const backend = await open();
      const used = () => backend.memory()!.used;
      const run = (executable: e.Executable<"y">) =>
        executable.run({ batch, inputs: { x: new Float32Array(batch * 100).fill(3) } }).y[0];
      const [first, second] = [backend.load(program), backend.load(program)];
      run(first);
      const after = used();
      expect(run(second)).toBe(9);
      // Its instructions, and no tile of its own.
      expect(used() - after).toBeLessThan(100 * 16 * 4);
      first.dispose();
      first.dispose();
      expect(run(second)).toBe(9);
      second.dispose();
      expect(used()).toBe(0);
    });
  });
}

describe("the reference's memory", () => {
  it("is JavaScript's own and not counted", () => {
    expect(reference.memory()).toBeUndefined();
  });
});
