import { describe, expect, it } from "vitest";
import { type Contestant, interleave, ratioOf } from "./interleave.ts";
import { median } from "./measure.ts";

/** A contestant whose runs take given times, slice by slice; `log` gets its name at each turn. */
function scripted(name: string, slices: number[][], log: string[] = []): Contestant {
  let turn = 0;
  return {
    name,
    slice: async (seconds) => {
      log.push(`${name} ${seconds}`);
      return slices[turn++]!;
    },
  };
}

describe("median", () => {
  it("is the middle one, and not a number of none", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([])).toBeNaN();
  });
});

describe("interleave", () => {
  it("lets contestants take turns after a warm-up that does not count", async () => {
    const log: string[] = [];
    const laps = await interleave(
      [
        scripted("a", [[99], [3, 1, 2], [8], [5]], log),
        scripted("b", [[99], [20], [10], [40]], log),
      ],
      { rounds: 3, seconds: 0.5 },
    );
    expect(log).toEqual(["a 0", "b 0", "a 0.5", "b 0.5", "a 0.5", "b 0.5", "a 0.5", "b 0.5"]);
    expect(laps.a).toEqual({ median: 5, best: 1, rounds: [2, 8, 5] });
    expect(laps.b).toEqual({ median: 20, best: 10, rounds: [20, 10, 40] });
  });

  it("compares within rounds", async () => {
    const laps = await interleave(
      [scripted("a", [[1], [2], [8], [5]]), scripted("b", [[1], [20], [16], [40]])],
      { rounds: 3, seconds: 0 },
    );
    expect(ratioOf(laps.b, laps.a)).toBe(8);
    expect(ratioOf(laps.b, laps.c)).toBeUndefined();
  });

  it("has no numbers for a contestant that fell out", async () => {
    const { a } = await interleave([scripted("a", [[1], [], []])], { rounds: 2, seconds: 0 });
    expect(a!.median).toBeNaN();
    expect(a!.best).toBeNaN();
  });
});
