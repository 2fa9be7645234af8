import { describe, expect, it } from "vitest";
import { countingBackend } from "../engine/counting.testing.ts";
import { wasmBackend } from "../engine/index.ts";
import { quickOptions, tinyTask } from "./fixtures.testing.ts";
import { acdc, allAlgorithms } from "./index.ts";

/** Options other than the quick ones. */
const OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  acdc: { threshold: 0.01, seed: 2 },
  legacy_acdc: { threshold: 0.003, indicesMode: "random" },
};

const wasm = await wasmBackend();

describe("an algorithm", () => {
  it.each(allAlgorithms())("leaves nothing behind: $name", async (algorithm) => {
    const { backend, alive, made } = countingBackend(wasm);
    const options = OPTIONS[algorithm.name] ?? quickOptions(algorithm);
    await algorithm.discover(tinyTask(), options, { backend });
    expect(made()).toBeGreaterThan(0);
    expect(alive()).toBe(0);
  });

  it.each(allAlgorithms().map((algorithm, i) => [algorithm.name, algorithm, i] as const))(
    "gives others their turns while it makes its programs ready, and can be stopped: %s",
    async (_, algorithm, i) => {
      const { backend, alive } = countingBackend(wasm);
      const options = OPTIONS[algorithm.name] ?? quickOptions(algorithm);
      // Of a shape of its own: programs are kept.
      const task = tinyTask({ dMlp: 20 + i });
      let taken = 0;
      const stop = async () => {
        taken++;
        if (taken === 100) throw new Error("stopped");
      };
      const running = algorithm.discover(task, options, { backend, turn: stop });
      await expect(running).rejects.toThrow("stopped");
      expect(alive()).toBe(0);
    },
  );

  it("leaves nothing behind after an abort", async () => {
    const { backend, alive } = countingBackend(wasm);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 20) stop.abort();
    };
    const running = acdc.discover(tinyTask(), {}, { backend, signal: stop.signal, onProgress });
    await expect(running).rejects.toThrow("aborted");
    expect(alive()).toBe(0);
  });
});
