import { describe, expect, it } from "vitest";
import { formatDuration, formatNumber, formatPercent } from "./number.ts";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [120000, "120000"],
    [0.1 + 0.2, "0.3"],
    [Math.fround(0.025), "0.025"],
    [12.3456, "12.35"],
    [0.00012345, "0.0001234"],
    [0.000012345, "1.234e-5"],
    [1.5e-10, "1.5e-10"],
    [-2e8 - 0.5, "-2e8"],
    [undefined, "–"],
    [null, "–"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("writes %s as %s", (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });
});

describe("formatPercent", () => {
  it("takes fractions of one", () => {
    expect([0, 0.9949, 1, undefined].map(formatPercent)).toEqual(["0.0%", "99.5%", "100.0%", "–"]);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0.0 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 min 00 s"],
    [125, "2 min 05 s"],
    [3599.6, "1 h 00 min"],
    [7620, "2 h 07 min"],
    [undefined, "–"],
  ])("writes %s seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
