import { describe, expect, it } from "vitest";
import { KERNELS_HASH } from "../src/engine/wasm/kernels/hash.generated.ts";
import { compileKernels, hasRelaxedSimd, loadKernels } from "../src/engine/wasm/modules.ts";
import { buildKernels, kernelsHash, VARIANTS, type Variant } from "../tools/wasm-kernels.ts";

const variants = Object.keys(VARIANTS) as Variant[];

describe("the committed WebAssembly kernels", () => {
  it("carry the hash of kernels.c", () => {
    expect(KERNELS_HASH).toBe(kernelsHash());
  });

  it.each(variants)(
    "are what the pinned Clang makes of kernels.c: %s",
    {
      timeout: 240_000,
    },
    async (variant) => {
      const committed = Buffer.from(await loadKernels(variant));
      expect(committed.equals(await buildKernels(variant))).toBe(true);
    },
  );

  it.skipIf(!hasRelaxedSimd())("compile where the probe for relaxed SIMD does", async () => {
    for (const variant of variants) {
      expect(await compileKernels(variant)).toBeInstanceOf(WebAssembly.Module);
    }
  });

  it("take less than 200 kB together", async () => {
    const sizes = await Promise.all(
      variants.map(async (variant) => (await loadKernels(variant)).byteLength),
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(200_000);
  });
});
