import { afterEach, describe, expect, it, vi } from "vitest";
import { compileKernels, hasRelaxedSimd } from "./modules.ts";

const setFlagsFromString = vi.fn();

afterEach(() => {
  vi.restoreAllMocks();
  setFlagsFromString.mockReset();
});

/** An engine that takes a module at once, after the flag, or never. */
function engineThatValidates(when: "at once" | "with the flag" | "never") {
  vi.spyOn(process, "getBuiltinModule").mockImplementation((id: string) =>
    id === "node:v8" ? { setFlagsFromString } : undefined,
  );
  vi.spyOn(WebAssembly, "validate").mockImplementation(
    () =>
      when === "at once" || (when === "with the flag" && setFlagsFromString.mock.calls.length > 0),
  );
}

describe("the WebAssembly kernels", () => {
  it("ask an engine what it can do before they set a flag that it may not know", () => {
    engineThatValidates("at once");
    expect(hasRelaxedSimd()).toBe(true);
    expect(setFlagsFromString).not.toHaveBeenCalled();
  });

  it("set the flag where relaxed SIMD is refused without it", () => {
    engineThatValidates("with the flag");
    expect(hasRelaxedSimd()).toBe(true);
    expect(setFlagsFromString.mock.calls).toEqual([["--experimental-wasm-relaxed-simd"]]);
  });

  it("are refused by name where they cannot be compiled", async () => {
    engineThatValidates("never");
    expect(hasRelaxedSimd()).toBe(false);
    await expect(compileKernels("threads")).rejects.toMatchObject({
      code: "E_BACKEND",
      expected: "WebAssembly with relaxed SIMD",
    });
    await expect(compileKernels("simd")).rejects.toMatchObject({ expected: "WebAssembly SIMD" });
  });
});
