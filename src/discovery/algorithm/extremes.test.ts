import { describe, expect, it } from "vitest";
import { extremes } from "./extremes.ts";
import { magnitudes } from "./magnitude.ts";

describe("extremes", () => {
  it("are infinite of no numbers, and the same of one", () => {
    expect(extremes([])).toEqual({ smallest: Infinity, largest: -Infinity });
    expect(extremes([-2])).toEqual({ smallest: -2, largest: -2 });
  });

  it("are found among more numbers than a call takes arguments", () => {
    const many = new Float64Array(2_000_000).map((_, i) => i - 100_000);
    expect(extremes(many)).toEqual({ smallest: -100_000, largest: 1_899_999 });
    const stretched = magnitudes(many, { absolute: false, normalize: true });
    expect([stretched[0], stretched[100_000], stretched.at(-1)]).toEqual([
      0,
      100_000 / 1_999_999,
      1,
    ]);
  });
});
