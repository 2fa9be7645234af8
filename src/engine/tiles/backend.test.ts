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
