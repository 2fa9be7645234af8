import { afterAll, describe, expect, it } from "vitest";
import { hasNativeKernels, nativeBackend, openBackend } from "./index.node.ts";
import * as e from "./index.ts";

const BATCH = 40;
const x = Float32Array.from({ length: BATCH * 6 }, (_, i) => Math.sin(i));
const rows = Uint32Array.from({ length: BATCH }, (_, i) => (i * 7) % BATCH);

/** Keeps what the step of `follow` reads. */
function lead() {
  const input = e.sampleInput("x", [6]);
  return e.compile({ outputs: { doubled: e.mul(input, 2) } });
}

/** A step towards `rate` times the inputs' mean. */
function follow() {
  const input = e.sampleInput("doubled", [6]);
  const [weight, rate] = [e.parameter("weight", [6]), e.scalar("rate")];
  const difference = e.sub(weight, input);
  const loss = e.batchMean(e.sum(e.square(difference)));
  const value = e.sub(weight, e.mul(e.batchMean(difference), rate));
  return e.compile({ outputs: { loss }, updates: [{ parameter: weight, value }] });
}

const WIDTH = 128;

/** Takes long: twenty products with a matrix, and their gradient. */
function deep() {
  const [rows, matrix] = [e.sampleInput("x", [WIDTH]), e.parameter("matrix", [WIDTH, WIDTH])];
  let hidden = rows;
  for (let i = 0; i < 20; i++) hidden = e.tanh(e.einsum("i,ij->j", hidden, matrix));
  const loss = e.batchMean(e.sum(e.square(hidden)));
  return e.compile({ outputs: { loss, slope: e.gradients(loss, [matrix])[0]!, hidden } });
}

const BACKENDS: Record<string, () => Promise<e.Backend>> = {
  reference: async () => e.referenceBackend(),
  wasm: () => e.wasmBackend(),
  "wasm on three threads": () => openBackend("wasm", { threads: 3 }),
  ...(hasNativeKernels() && {
    native: async () => nativeBackend(),
    "native on three threads": () => openBackend("native", { threads: 3 }),
  }),
};

describe.each(Object.entries(BACKENDS))("several runs in one call on %s", async (_, open) => {
  const backend = await open();
  afterAll(() => backend.dispose());
  const [first, second] = [backend.load(lead()), backend.load(follow())];
  const table = backend.buffer(BATCH * 6);
  const weight = backend.buffer(6);
  const reset = () => {
    table.write(new Float32Array(BATCH * 6));
    weight.write([1, 2, 3, 4, 5, 6]);
  };

  /** The call's runs: one that fills the table, and two steps with the same program. */
  const runs = (batch = BATCH) =>
    [
      {
        executable: first,
        options: { batch: BATCH, inputs: { x }, into: { doubled: table } },
      },
      ...[0.5, 0.25].map((rate) => ({
        executable: second,
        options: { batch, inputs: { doubled: { table, rows }, weight }, scalars: { rate } },
      })),
    ] as const;

  const slow = backend.load(deep());
  const slowBatch = backend.name === "reference" ? 2 : BATCH;
  const slowOptions = {
    batch: slowBatch,
    inputs: {
      x: Float32Array.from({ length: slowBatch * WIDTH }, (_, i) => Math.sin(i)),
      matrix: Float32Array.from({ length: WIDTH * WIDTH }, (_, i) => Math.cos(i) / 9),
    },
  };
  /** These and one that takes long. */
  const longRuns = () => [...runs(), { executable: slow, options: slowOptions }] as const;

  it("does what they do one after the other, bit by bit", () => {
    reset();
    const single = runs().map(({ executable, options }) => {
      const run = executable.run as (given: typeof options) => Record<string, e.Values>;
      return run(options);
    });
    const expected = { single, table: table.read(), weight: weight.read() };
    reset();
    const together = backend.runAll(runs());
    expect({ single: together, table: table.read(), weight: weight.read() }).toEqual(expected);
    expect(together[1]!.loss![0]).not.toBe(together[2]!.loss![0]);
    expect(table.read()[1]).toBeCloseTo(2 * Math.sin(1), 6);
  });

  it("does the same in steps, with other runs in between", () => {
    reset();
    const single = backend.runAll(longRuns());
    const expected = { single, table: table.read(), weight: weight.read() };
    reset();
    const steps = backend.runInSteps(longRuns());
    const other = { executable: first, options: { batch: 5, inputs: { x: x.subarray(0, 30) } } };
    const shares: number[] = [];
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      shares.push(step.value);
      expect(backend.runAll([other])[0].doubled![1]).toBeCloseTo(2 * Math.sin(1), 6);
    }
    expect({ single: step.value, table: table.read(), weight: weight.read() }).toEqual(expected);
    expect(shares.length).toBeGreaterThanOrEqual(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it("does in a single step what is short and ready", () => {
    if (backend.name === "reference") return;
    reset();
    const single = backend.runAll(runs());
    const expected = { single, table: table.read(), weight: weight.read() };
    reset();
    const steps = backend.runInSteps(runs());
    expect(steps.next()).toEqual({ done: false, value: 1 });
    const step = steps.next();
    expect(step.done).toBe(true);
    expect({ single: step.value, table: table.read(), weight: weight.read() }).toEqual(expected);
  });

  it("does in many steps what takes long, to the same bits", () => {
    const executable = backend.load(deep());
    const steps = executable.runInSteps(slowOptions);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    expect(step.value).toEqual(backend.load(deep()).run(slowOptions));
    // Each node of a program that was never run is looked at some times.
    const { order } = executable.program;
    if (backend.name !== "reference") expect(count).toBeGreaterThan(3 * order.length);
  });

  it("refuses a program that is disposed of while it is made ready", () => {
    if (backend.name === "reference") return;
    const before = backend.memory()?.used;
    const executable = backend.load(lead());
    const steps = backend.runInSteps([{ executable, options: { batch: BATCH, inputs: { x } } }]);
    expect(steps.next().done).toBe(false);
    executable.dispose();
    expect(() => e.runSteps(steps)).toThrow("not loaded on this backend");
    expect(backend.memory()?.used).toBe(before);
  });

  it("gives back what steps hold that are given up", () => {
    const before = backend.memory()?.used;
    const steps = backend.runInSteps(longRuns());
    steps.next();
    steps.return([] as never);
    expect(backend.memory()?.used).toBe(before);
  });

  it("starts none of them when one cannot run", () => {
    reset();
    expect(() => backend.runAll(runs(BATCH - 1))).toThrow("wrong number of values");
    expect(() => backend.runInSteps(runs(BATCH - 1)).next()).toThrow("wrong number of values");
    expect([...table.read()].every((value) => value === 0)).toBe(true);
    expect([...weight.read()]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("gives nothing for nothing", () => {
    expect(backend.runAll([])).toEqual([]);
  });

  it("refuses programs that another backend has loaded, or that were disposed of", () => {
    const other = e.referenceBackend().load(lead());
    const old = backend.load(lead());
    old.dispose();
    const options = { batch: BATCH, inputs: { x } };
    for (const executable of [other, old]) {
      expect(() => backend.runAll([{ executable, options }])).toThrow(
        "the program of a run is not loaded on this backend",
      );
    }
    expect(() => old.run(options)).toThrow("not loaded on this backend");
  });

  it("refuses rows that a table does not have, wherever they stand", () => {
    for (const wrong of [-1, BATCH]) {
      const some = Int32Array.from(rows, (row, i) => (i === 11 ? wrong : row));
      const inputs = { doubled: { table, rows: some }, weight };
      const options = { batch: BATCH, inputs, scalars: { rate: 0 } };
      expect(() => backend.runAll([{ executable: second, options }])).toThrow(`no row ${wrong}`);
    }
  });
});
