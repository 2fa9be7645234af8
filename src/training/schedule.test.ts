import { describe, expect, it } from "vitest";
import {
  learningRateAt,
  linearRate,
  plannedUpdates,
  plateauRate,
  type ScheduleFacts,
  type ScheduleMoment,
} from "./schedule.ts";

describe("learning rates", () => {
  const facts: ScheduleFacts = {
    epochs: 10,
    learningRate: 1e-2,
    learningRateSchedule: "constant",
    finalLearningRate: 2e-4,
    plateauPatience: 1,
    plateauFactor: 0.5,
    cycleGrowth: 1,
    warmUpUpdates: 0,
  };
  const at = (changes: Partial<ScheduleMoment> = {}): ScheduleMoment => ({
    epoch: 0,
    update: 1,
    sinceStart: 1,
    updatesPerEpoch: 4,
    metrics: [],
    ...changes,
  });

  it("are constant, or go down in a line to the final rate", () => {
    expect(learningRateAt(facts, at({ epoch: 2, update: 9 }))).toBe(1e-2);
    const linear = { ...facts, learningRateSchedule: "linear" } as const;
    expect(learningRateAt(linear, at({ update: 4 }))).toBe(1e-2);
    expect(learningRateAt(linear, at({ epoch: 5 }))).toBeCloseTo(5.1e-3, 12);
    expect(linearRate(facts, 10)).toBeCloseTo(2e-4, 12);
    expect(linearRate({ ...facts, epochs: 0 }, 0)).toBe(1e-2);
  });

  it("go down to 0 in half a cosine over the updates, or those of all epochs, or again and again", () => {
    const cosine = {
      ...facts,
      learningRateSchedule: "cosine",
      updates: 100,
      epochs: 1000,
    } as const;
    const rate = (update: number) => learningRateAt(cosine, at({ update }));
    expect([rate(1), rate(51)]).toEqual([1e-2, 5e-3]);
    expect(rate(26)).toBeCloseTo(1e-2 * (0.5 + Math.SQRT1_2 / 2), 12);
    expect(rate(100)).toBeCloseTo((1e-2 * (1 - Math.cos(Math.PI / 100))) / 2, 12);
    const cycles = { ...cosine, cycleUpdates: 50 };
    const again = (update: number) => learningRateAt(cycles, at({ update }));
    expect([again(1), again(26), again(51), again(76)]).toEqual([1e-2, 5e-3, 1e-2, 5e-3]);
    expect(again(50)).toBeLessThan(1e-5);
    const growing = { ...cycles, cycleGrowth: 2 };
    const longer = (update: number) => learningRateAt(growing, at({ update }));
    expect([1, 26, 51, 101, 151, 251].map(longer)).toEqual([1e-2, 5e-3, 1e-2, 5e-3, 1e-2, 5e-3]);
    expect(longer(150)).toBeLessThan(longer(50));
    const epochs = learningRateAt(
      { ...cosine, updates: undefined, epochs: 10 },
      at({ update: 21 }),
    );
    expect(epochs).toBe(5e-3);
  });

  it("rise over the first updates, and again where Adam starts anew", () => {
    const warm = { ...facts, warmUpUpdates: 10 };
    const rate = (sinceStart: number) => learningRateAt(warm, at({ update: 77, sinceStart }));
    expect([rate(1), rate(5), rate(10), rate(11)]).toEqual([1e-3, 5e-3, 1e-2, 1e-2]);
  });

  it("plan the updates of a run", () => {
    expect(plannedUpdates({ epochs: 10 }, 4)).toBe(40);
    expect(plannedUpdates({ epochs: 10, updates: 30 }, 4)).toBe(30);
    expect(plannedUpdates({ epochs: 2, updates: 30 }, 4)).toBe(8);
  });

  it("drop when the metric has stopped rising, not when it rises", () => {
    expect(plateauRate(facts, [])).toBe(1e-2);
    expect(plateauRate(facts, [0.1, 0.2, 0.3, 0.4, 0.5])).toBe(1e-2);
    expect(plateauRate(facts, [0.5, 0.5])).toBe(1e-2);
    expect(plateauRate(facts, [0.5, 0.5, 0.5])).toBe(5e-3);
    expect(plateauRate(facts, [0.5, 0.4, 0.5, 0.4, 0.3])).toBe(2.5e-3);
    const [large, small] = [
      [3, 3.0002, 3.00025],
      [0.1, 0.10005, 0.10009],
    ];
    const absolute = { ...facts, plateauThreshold: "absolute" } as const;
    expect(plateauRate(facts, large!)).toBe(5e-3);
    expect(plateauRate(absolute, large!)).toBe(1e-2);
    expect(plateauRate(facts, small!)).toBe(1e-2);
    expect(plateauRate(absolute, small!)).toBe(5e-3);
    expect(
      learningRateAt({ ...facts, learningRateSchedule: "plateau" }, at({ metrics: [1, 1, 1] })),
    ).toBe(5e-3);
  });
});
