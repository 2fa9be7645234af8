import { describe, expect, it } from "vitest";
import type { Backend, Values } from "../engine/index.ts";
import type { TrainingState } from "./state.ts";
import { backend, messageOf, run, SHORT, withClock } from "./train.testing.ts";
import type { TrainingEvent } from "./train.ts";

/** A backend on which some updates, by their number from 1 on, have a gradient that is no number. */
function spoiledBackend(isSpoiled: (update: number) => boolean): Backend {
  let updates = 0;
  const spoil = <Results extends readonly object[]>(results: Results): Results => {
    for (const outputs of results as unknown as Record<string, Values>[]) {
      if (!("gradientNorm" in outputs)) continue;
      updates++;
      if (isSpoiled(updates)) outputs.gradientNorm = Float32Array.of(Number.NaN);
    }
    return results;
  };
  return {
    ...backend,
    runAll: (runs) => spoil(backend.runAll(runs)),
    *runInSteps(runs) {
      return spoil(yield* backend.runInSteps(runs));
    },
  };
}

describe("a run that diverges", () => {
  const recipe = { ...SHORT, singleLoss: true, updates: 12, epochs: 100, validationInterval: 4 };

  it("goes back to its best weights at half the rate, says so, and ends", async () => {
    const events: TrainingEvent[] = [];
    const { state } = await run(recipe, {
      backend: spoiledBackend((update) => update === 6),
      onProgress: (event) => events.push(event),
    });
    const recovery = {
      step: 6,
      epoch: 2,
      cause: "the gradient is NaN",
      backTo: 4,
      rateFactor: 0.5,
    };
    expect(state.recoveries).toEqual([recovery]);
    expect(events).toContainEqual({ kind: "recovery", recovery });
    expect(state.step).toBe(12);
    expect(state.history.map(({ steps, learningRate }) => [steps, learningRate])).toEqual([
      [4, 5e-3],
      [8, 2.5e-3],
      [12, 2.5e-3],
    ]);
    expect(state.weights.every(Number.isFinite)).toBe(true);
  });

  it("goes back to its initial weights before there is a validation", async () => {
    const { state } = await run(
      { ...recipe, updates: 2 },
      { backend: spoiledBackend((i) => i === 2) },
    );
    expect(state.recoveries).toMatchObject([{ step: 2, backTo: 0 }]);
    const { weights } = (await run({ ...recipe, epochs: 0 })).state;
    expect(state.weights).toEqual(weights);
    expect(state.history).toHaveLength(1);
  });

  it("goes on after it with the same bits", async () => {
    const spoiled = (update: number) => update === 6;
    const saved: TrainingState[] = [];
    const whole = await withClock(1000, () =>
      run(recipe, {
        backend: spoiledBackend(spoiled),
        checkpoint: (state) => void saved.push(state()),
      }),
    );
    const after = saved.find(({ recoveries, step }) => recoveries.length === 1 && step === 6)!;
    const rest = await run(recipe, { resume: () => structuredClone(after) });
    expect(rest.state).toEqual(whole.state);
  });

  it("goes back where weights are no numbers, too", async () => {
    const initial = await run({ ...SHORT, epochs: 0 });
    const weights = new Map(initial.transformer.weights);
    const events: TrainingEvent[] = [];
    const broken = { ...weights.get("embed.W_E")! };
    broken.data = Float32Array.from(broken.data).fill(Number.NaN);
    weights.set("embed.W_E", broken);
    expect(
      await messageOf(run(SHORT, { initial: weights, onProgress: (e) => events.push(e) })),
    ).toContain("E_DIVERGED");
  });
});
