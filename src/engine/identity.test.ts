import { describe, expect, it } from "vitest";
import { hasNativeKernels, resolveBackend } from "./index.node.ts";
import { KERNELS_HASH } from "./wasm/kernels/hash.generated.ts";

describe("the backend that a name means", () => {
  it("is one that can be opened by its name, with the same arithmetic", async () => {
    const auto = await resolveBackend("auto");
    expect(auto.name).toBe(hasNativeKernels() ? "native" : "wasm");
    expect(await resolveBackend(auto.name)).toEqual(auto);
  });

  it("names the build of the WebAssembly kernels and whether it fuses", async () => {
    const { name, variant } = await resolveBackend("wasm");
    expect(name).toBe("wasm");
    expect(variant).toMatch(new RegExp(`^(relaxed|relaxed-unfused|simd)-${KERNELS_HASH}$`));
  });

  it("tells the reference apart", async () => {
    expect(await resolveBackend("reference")).toEqual({ name: "reference", variant: "float64" });
  });

  it.skipIf(!hasNativeKernels())("names the build of the native kernels", async () => {
    const { name, variant } = await resolveBackend("native");
    expect(name).toBe("native");
    expect(variant).toMatch(new RegExp(`^(un)?fused-${KERNELS_HASH}$`));
  });
});
