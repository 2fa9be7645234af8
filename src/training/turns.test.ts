import { describe, expect, it } from "vitest";
import type { Backend } from "../engine/index.ts";
import { backend, run, SHORT, withClock } from "./train.testing.ts";

describe("the event loop", () => {
  /** Notes the calls of a backend that update something, and the steps of those that are made in steps. */
  function countingBackend(count: () => void): Backend {
    return {
      ...backend,
      runAll: (runs) => {
        if (runs.some(({ executable }) => executable.program.updates.length > 0)) count();
        return backend.runAll(runs);
      },
      *runInSteps(runs) {
        for (const steps = backend.runInSteps(runs); ; ) {
          count();
          const step = steps.next();
          if (step.done === true) return step.value;
          yield step.value;
        }
      },
    };
  }

  /** A run, and how much it did between two turns of the event loop. */
  async function visits(jump: number) {
    const works: number[] = [];
    let work = 0;
    let isOver = false;
    const look = () => {
      works.push(work);
      work = 0;
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    const counting = countingBackend(() => {
      work++;
    });
    const { state } = await withClock(jump, () => run(SHORT, { backend: counting }));
    isOver = true;
    return { state, works };
  }

  it("gets a turn between any two pieces of work when it is time to", async () => {
    const [often, never] = [await visits(60), await visits(0)];
    expect(never.works.length).toBeLessThanOrEqual(2);
    expect(often.works.length).toBeGreaterThan(20);
    // A call with batches, and the first step of what comes next.
    expect(Math.max(...often.works)).toBeLessThanOrEqual(2);
    expect(often.state).toEqual(never.state);
  });
});
