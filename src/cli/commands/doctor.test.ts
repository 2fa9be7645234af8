import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import {
  type BackendEntry,
  backendEntries,
  checkBackend,
  nativeAbsence,
} from "../../engine/index.node.ts";
import { type Backend, referenceBackend, type Values } from "../../engine/index.ts";
import { memoryIo } from "../io.testing.ts";
import { runCli } from "../run.ts";

describe("doctor", () => {
  it("says which backends work, and which one is active", async () => {
    const { io, written } = memoryIo();
    expect(await runCli(["doctor", "--json"], io)).toBe(0);
    const document = JSON.parse(written.stdout);
    expect(document).toMatchObject({ schema: "interpbench/doctor@1", node: process.versions.node });
    expect(document.backends.map(({ name }: BackendEntry) => name)).toEqual([
      "native",
      "wasm",
      "reference",
    ]);
    const [native, wasm, reference] = document.backends;
    expect(document.active).toBe(native.works === true ? "native" : "wasm");
    expect(wasm).toMatchObject({ works: true, message: null });
    expect(reference).toMatchObject({ works: true, largestError: 0, message: null });
  });

  it("tells people the same", async () => {
    const { io, written } = memoryIo();
    expect(await runCli(["doctor"], io)).toBe(0);
    expect(written.stdout).toMatch(
      /^backend +(native|wasm) \(native(: not built| has been built)/m,
    );
    expect(written.stdout).toMatch(/^wasm +yes .*WebAssembly, (relaxed )?SIMD$/m);
    expect(written.stdout).toMatch(/^reference +yes +0 /m);
  });

  it.each([
    ["20.20.2", "20.20.2 (works, but has no support since April 2026: take 22 or newer)"],
    ["22.0.0", "22.0.0"],
    ["26.1.0", "26.1.0"],
  ])("says of Node %s whether it is one to move on from", async (version, fact) => {
    const { io, written } = memoryIo();
    vi.stubGlobal("process", { ...process, versions: { ...process.versions, node: version } });
    try {
      await runCli(["doctor"], io);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(written.stdout.split("\n")[1]).toBe(`node         ${fact}`);
  });
});

describe("nativeAbsence", () => {
  it("gives advice that applies: a checkout can build, an installed package cannot", () => {
    const checkout = fileURLToPath(new URL("../../..", import.meta.url));
    expect(nativeAbsence(checkout)).toBe("not built: npm run build:native");
    expect(nativeAbsence(tmpdir())).not.toContain("npm run");
  });
});

describe("checkBackend", () => {
  const entry = (changes: Partial<BackendEntry>): BackendEntry => ({
    name: "wasm",
    about: "",
    open: referenceBackend,
    ...changes,
  });

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
    const check = await checkBackend(entry({ open: () => wrong }));
    expect(check).toMatchObject({ name: "wasm", works: false, message: "wrong results" });
    expect(check.largestError).toBeGreaterThan(1e-5);
    expect(check.largestError).toBeLessThan(1e-3);
  });

  it("reports a backend that does not load", async () => {
    const check = await checkBackend(
      entry({ name: "native", open: () => Promise.reject(new Error("no library")) }),
    );
    expect(check).toEqual({
      name: "native",
      about: "",
      works: false,
      largestError: undefined,
      message: "Error: no library",
    });
  });

  it("leaves out what has never been built", async () => {
    const check = await checkBackend(entry({ absent: "not built", open: () => expect.fail() }));
    expect(check).toMatchObject({ works: undefined, message: "not built" });
  });

  it("has an entry for every backend", async () => {
    for (const { open, absent, name } of await backendEntries()) {
      if (absent !== undefined) continue;
      const backend = await open();
      expect(backend.name).toBe(name);
      backend.dispose();
    }
  });
});
