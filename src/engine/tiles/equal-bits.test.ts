import { describe, expect, it } from "vitest";
import { hasNativeKernels, nativeBackend, resolveBackend } from "../index.node.ts";
import * as e from "../index.ts";
import { OP_CASES } from "../op-cases.testing.ts";
import { prepare, runCase } from "../op-harness.testing.ts";

/** Batches that do not fill a tile, and need several. */
const BATCHES = [1, 37];

const { variant } = await resolveBackend("wasm");
const isFused = /^relaxed-(?!unfused)/.test(variant);

describe.skipIf(!hasNativeKernels() || !isFused)(
  "native kernels and fused WebAssembly, whose registers have other widths",
  async () => {
    const [native, wasm] = [nativeBackend(), await e.wasmBackend({ variant: "relaxed" })];

    it.each(OP_CASES.map((opCase) => [opCase.name, opCase] as const))(
      "have equal bits: %s",
      (_, opCase) => {
        for (const batch of BATCHES) {
          const prepared = prepare(opCase, batch);
          expect(runCase(prepared, native)).toEqual(runCase(prepared, wasm));
        }
      },
    );
  },
);
