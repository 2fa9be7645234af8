import { describe, expect, it } from "vitest";
import type { Exactness } from "../../cases/index.ts";
import { styleOf } from "../../report/index.ts";
import { deviationText, exactnessText } from "./exactness-text.ts";

describe("the largest error", () => {
  it("has two digits, down to what float32 tells apart", () => {
    expect([0, 9e-7, 1e-6, 0.01234, 250].map(deviationText)).toEqual([
      "below 1e-6",
      "below 1e-6",
      "0.0000010",
      "0.012",
      "2.5e+2",
    ]);
  });

  it("is said to be no number, also where JSON has null for it", () => {
    for (const none of [null, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(deviationText(none)).toBe("not a number");
    }
    const agreement = { inputs: 2, stopped: 0, positions: 6, deviation: Number.NaN };
    const document = JSON.stringify({ random: agreement, structured: agreement });
    const text = exactnessText(JSON.parse(document) as Exactness, styleOf(false));
    expect(text).toContain("2 random                                   6   not a number");
    expect(text).not.toContain("1e-6");
  });
});
