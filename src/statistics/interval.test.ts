import { describe, expect, it } from "vitest";
import { shareInterval } from "./interval.ts";

describe("the interval of a share", () => {
  it("is Wilson's", () => {
    const { low, high } = shareInterval(0.5, 10)!;
    expect([low, high].map((x) => x.toFixed(4))).toEqual(["0.2366", "0.7634"]);
    const all = shareInterval(1, 20)!;
    expect(all.low).toBeCloseTo(0.8389, 4);
    expect(all.high).toBe(1);
    expect(shareInterval(0, 20)!.low).toBe(0);
  });

  it("is none of nothing", () => {
    expect(shareInterval(undefined, 5)).toBeUndefined();
    expect(shareInterval(0.5, 0)).toBeUndefined();
  });
});
