import { describe, expect, it } from "vitest";
import { type Backend, referenceBackend } from "../../engine/index.ts";
import { withScope } from "../../interventions/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { acdc, allAlgorithms } from "../index.ts";

/** A backend that counts what is alive on it. */
function countingBackend(): { backend: Backend; alive: () => number; made: () => number } {
  const inner = referenceBackend();
  let [alive, made] = [0, 0];
  const counted = <D extends { dispose(): void }>(resource: D): D => {
    alive++;
    made++;
    return {
      ...resource,
      dispose: () => {
        alive--;
        resource.dispose();
      },
    };
  };
  const backend: Backend = {
    ...inner,
    buffer: (valuesOrLength) => counted(inner.buffer(valuesOrLength)),
    load: (program) => counted(inner.load(program)),
  };
  return { backend, alive: () => alive, made: () => made };
}

/** Options of the algorithms that do not select so many edges. */
const OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  acdc: { threshold: 0.01, seed: 2 },
  sp: { epochs: 3 },
};

describe("a scope", () => {
  it("frees everything, each thing once, also when the work fails", async () => {
    const { backend, alive } = countingBackend();
    const failing = withScope(backend, (scope) => {
      scope.release(scope.buffer(3));
      scope.buffer(4);
      expect(alive()).toBe(1);
      throw new Error("failed");
    });
    await expect(failing).rejects.toThrow("failed");
    expect(alive()).toBe(0);
  });

  it.each(allAlgorithms())("leaves nothing behind after $name", async (algorithm) => {
    const { backend, alive, made } = countingBackend();
    await algorithm.discover(tinyTask(), OPTIONS[algorithm.name] ?? { edgeCount: 4 }, { backend });
    expect(made()).toBeGreaterThan(0);
    expect(alive()).toBe(0);
  });

  it("leaves nothing behind after an abort", async () => {
    const { backend, alive } = countingBackend();
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 20) stop.abort();
    };
    const running = acdc.discover(tinyTask(), {}, { backend, signal: stop.signal, onProgress });
    await expect(running).rejects.toThrow("aborted");
    expect(alive()).toBe(0);
  });
});
