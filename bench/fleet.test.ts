import { describe, expect, it } from "vitest";
import { type Fleet, type FleetCosts, simulateFleet } from "./fleet.ts";

const nothing: FleetCosts = {
  prepare: 0,
  hear: 0,
  add: 0,
  answer: 0,
  renew: 0,
  write: 0,
  begin: 0,
};
const simulate = (changes: Partial<Fleet>, costs: Partial<FleetCosts> = {}) =>
  simulateFleet({
    jobs: 100,
    workers: 1,
    coordinators: 1,
    window: 1000,
    duration: () => 10,
    costs: { ...nothing, ...costs },
    ...changes,
  });

describe("a simulated fleet", () => {
  it("takes as long as its jobs where nothing else costs anything", () => {
    expect(simulate({ duration: (job) => job })).toMatchObject({
      time: 4950,
      busy: { workers: 1 },
    });
    expect(simulate({ workers: 50 }).time).toBe(20);
    expect(simulate({ workers: 200 }).time).toBe(10);
  });

  it("takes as long as whoever has the most to do, and the way of one job", () => {
    const many = { workers: 1000 };
    expect(simulate(many, { prepare: 7 }).time).toBe(7 * 100 + 10);
    expect(simulate({ ...many, coordinators: 4 }, { prepare: 7 }).time).toBe(7 * 25 + 10);
    expect(simulate(many, { hear: 7 }).time).toBe(10 + 7 * 100);
    expect(simulate(many, { add: 7 }).time).toBe(7 * 100 + 10);
    expect(simulate(many, { write: 7 }).time).toBe(10 + 7 * 100);
    expect(simulate({}, { begin: 7 }).time).toBe(17 * 100);
  });

  it("has no more jobs in the queue than its window", () => {
    expect(simulate({ workers: 1000, window: 5 }).time).toBe((100 / 5) * 10);
  });

  it("counts the signs of life of long jobs", () => {
    const { time, busy } = simulate({ duration: () => 60_000 }, { renew: 10 });
    expect(time).toBe(100 * (60_000 + 40));
    expect(busy.redis).toBeCloseTo(40 / 60_040, 12);
  });
});
