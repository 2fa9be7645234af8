import { describe, expect, test } from "vitest";
import { equivalenceTest } from "./equivalence.ts";

/** Items of which the first method wins so many. */
const won = (wins: number, total: number) =>
  [
    Array.from({ length: total }, (_, i) => (i < wins ? 1 : 0)),
    Array.from({ length: total }, () => 0.5),
  ] as const;

describe("the test of equivalence", () => {
  test("has the p-values of Shi et al.: .5433, .1795 and .0248 for 60, 65 and 70 of 100", () => {
    const p = [60, 65, 70].map((wins) => equivalenceTest(...won(wins, 100)).pValue);
    expect(p.map((value) => Number(value.toFixed(4)))).toEqual([0.5433, 0.1795, 0.0248]);
  });

  test("is the same whoever wins, and counts half of the items once", () => {
    expect(equivalenceTest(...won(30, 100)).pValue).toBeCloseTo(
      equivalenceTest(...won(70, 100)).pValue,
      12,
    );
    expect(equivalenceTest(...won(50, 100)).pValue).toBe(1);
  });

  test("adds up both tails, by hand: 2 of 2", () => {
    expect(equivalenceTest(...won(2, 2)).pValue).toBeCloseTo(0.6 ** 2 + 0.4 ** 2, 12);
    expect(equivalenceTest(...won(2, 2), 0.3).pValue).toBeCloseTo(0.8 ** 2 + 0.2 ** 2, 12);
  });

  test("leaves out items on which both are alike", () => {
    expect(equivalenceTest([1, 1, 3, 0], [1, 1, 2, 1])).toMatchObject({ wins: 1, total: 2 });
    expect(equivalenceTest([1, 2], [1, 2])).toEqual({ wins: 0, total: 0, pValue: 1 });
  });
});
