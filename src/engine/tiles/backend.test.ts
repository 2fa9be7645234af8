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
            values.forEach((value, i) => {
              const error = Math.abs(received[name]![i]! - value) / scale;
              expect(error, `${name}[${i}] of batch ${batch}`).toBeLessThan(TOLERANCE);
            });
          }
        }
      });
    }
  });
}

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
      // A tile holds the input of its 16 sequences at least.
      expect(loaded - batch * 100 * 4).toBeGreaterThanOrEqual(100 * 16 * 4);
      executable.run({ batch, inputs: { x: buffer } });
      const { peak, reserved } = backend.memory()!;
      expect(used()).toBe(loaded);
      expect(peak).toBeGreaterThanOrEqual(loaded + batch * 100 * 4);
      expect(reserved).toBeGreaterThanOrEqual(peak);
      executable.dispose();
      buffer.dispose();
      expect(backend.memory()).toEqual({ used: 0, peak, reserved });
    });
  });
}

describe("the reference's memory", () => {
  it("is JavaScript's own and not counted", () => {
    expect(reference.memory()).toBeUndefined();
  });
});
