import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GENERATED, generatedModule } from "../tools/wasm-kernels.ts";

describe("the committed WebAssembly kernels", () => {
  it("are what the pinned Clang makes of kernels.c", { timeout: 240_000 }, async () => {
    expect(await generatedModule()).toBe(readFileSync(GENERATED, "utf8"));
  });

  it("take less than 200 kB together", () => {
    const base64 = readFileSync(GENERATED, "utf8").matchAll(/"([A-Za-z0-9+/=]{1000,})"/g);
    const bytes = [...base64].reduce((sum, match) => sum + (match[1]!.length * 3) / 4, 0);
    expect(bytes).toBeLessThan(200_000);
  });
});
