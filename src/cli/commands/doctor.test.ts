import { describe, expect, it } from "vitest";
import { type Backend, referenceBackend, type Values } from "../../engine/index.ts";
import { checkBackend, openBackend } from "../backends.ts";
import { memoryIo } from "../io.testing.ts";
import { runCli } from "../run.ts";

describe("doctor", () => {
  it("finds a working reference backend", async () => {
    const { io, written } = memoryIo();
    expect(await runCli(["doctor", "--json"], io)).toBe(0);
    const document = JSON.parse(written.stdout);
    expect(document).toMatchObject({ schema: "interpbench/doctor@1", node: process.versions.node });
    expect(document.backends.at(-1)).toEqual({
      name: "reference",
      works: true,
      largestError: 0,
      message: null,
    });
  });

  it("tells people the same", async () => {
    const { io, written } = memoryIo();
    expect(await runCli(["doctor"], io)).toBe(0);
    expect(written.stdout).toMatch(/reference +yes +0\n$/);
  });
});

describe("checkBackend", () => {
  it("finds wrong results", async () => {
    const backend = referenceBackend();
    const wrong: Backend = {
      ...backend,
      load(program) {
        const executable = backend.load(program);
        return {
          ...executable,
          run(options) {
            const outputs = executable.run(options);
            for (const values of Object.values<Values>(outputs)) values[0] = values[0]! * 1.001;
            return outputs;
          },
        };
      },
    };
    const check = await checkBackend({ name: "wasm", open: async () => wrong });
    expect(check).toMatchObject({ name: "wasm", works: false, message: "wrong results" });
    expect(check.largestError).toBeGreaterThan(1e-5);
    expect(check.largestError).toBeLessThan(1e-3);
  });

  it("reports a backend that does not load", async () => {
    const check = await checkBackend({
      name: "native",
      open: () => Promise.reject(new Error("no library")),
    });
    expect(check).toEqual({
      name: "native",
      works: false,
      largestError: undefined,
      message: "Error: no library",
    });
  });
});

describe("openBackend", () => {
  it("takes the fastest for auto and the named one otherwise", async () => {
    expect((await openBackend("reference")).name).toBe("reference");
    expect((await openBackend("auto")).name).toBeDefined();
  });
});
