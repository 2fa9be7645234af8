import { describe, expect, it, vi } from "vitest";
import { type Backend, referenceBackend } from "../../engine/index.ts";
import { run } from "../../transformer/index.ts";
import { TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { acdc, allAlgorithms } from "../index.ts";
import { pace } from "./pace.ts";
import { withScope } from "./scope.ts";
import { freezeWeights, headTransformer } from "./weights.ts";

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

describe("pace", () => {
  it("lets other work run after a while", async () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    try {
      const tick = pace({}, "edges");
      let hasRun = false;
      setTimeout(() => {
        hasRun = true;
      }, 0);
      await tick(0, 1);
      expect(hasRun).toBe(false);
      now = 60;
      await tick(1, 1);
      expect(hasRun).toBe(true);
    } finally {
      clock.mockRestore();
    }
  });
});

describe("a head alone", () => {
  it.each(Object.entries(TINY_TASKS))("computes what it computes in the whole: %s", (_, task) => {
    const backend = referenceBackend();
    const { config } = task.transformer;
    const tokens = [[0, 1, 2]];
    const hook = "blocks.0.attn.hook_result" as const;
    const whole = run(task.transformer, backend, { tokens, capture: [hook] }).cache.get(hook)!;
    for (let head = 0; head < config.nHeads; head++) {
      const alone = headTransformer(task.transformer, 0, head);
      const { data } = run(alone, backend, { tokens, capture: [hook] }).cache.get(hook)!;
      for (let i = 0; i < data.length; i++) {
        const [position, d] = [Math.floor(i / config.dModel), i % config.dModel];
        const at = (position * config.nHeads + head) * config.dModel + d;
        expect(Math.abs(data[i]! - whole.data[at]!)).toBeLessThan(1e-12);
      }
    }
  });

  it("shares a program with the others of its block, unless its weights are sparse constants", async () => {
    await withScope(referenceBackend(), (scope) => {
      const programs = (task = tinyTask()) => {
        const weights = freezeWeights(scope, task.transformer);
        return [weights.head(0, 0), weights.head(0, 1), weights.head(1, 0)].map((h) => h.program);
      };
      expect(programs()).toEqual(["0", "0", "1"]);
      expect(programs(TINY_TASKS["sparse weights"])).toEqual(["0.0", "0.1", "1.0"]);
    });
  });
});
