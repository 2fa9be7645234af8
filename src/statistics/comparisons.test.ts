import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { DEMSAR, INTERPBENCH } from "./comparisons.testing.ts";
import {
  averageRanks,
  friedmanTest,
  holm,
  nemenyiConstant,
  signedRankTest,
  summarize,
  varghaDelaney,
} from "./index.ts";

const column = (table: readonly (readonly number[])[], i: number) => table.map((row) => row[i]!);
const differences = (table: readonly (readonly number[])[], i: number, j: number) =>
  table.map((row) => row[i]! - row[j]!);

/** The same p by going through all signs. */
function byEnumeration(values: readonly number[]): number {
  const ranks = averageRanks(values.map(Math.abs));
  const total = ranks.reduce((a, b) => a + b, 0);
  const positive = ranks.filter((_, i) => values[i]! > 0).reduce((a, b) => a + b, 0);
  const least = Math.min(positive, total - positive);
  let hits = 0;
  for (let signs = 0; signs < 2 ** ranks.length; signs++) {
    const sum = ranks.reduce((acc, rank, i) => acc + (((signs >> i) & 1) === 1 ? rank : 0), 0);
    if (sum <= least) hits++;
  }
  return Math.min(1, (2 * hits) / 2 ** ranks.length);
}

describe("Wilcoxon's signed-rank test", () => {
  it("of nothing, or of no difference, says nothing", () => {
    expect(signedRankTest([])).toEqual({ pairs: 0, first: 0, second: 0, p: 1 });
    expect(signedRankTest([0, 0.1 + 0.2 - 0.3])).toMatchObject({ pairs: 0, p: 1 });
  });

  it("is exact: one of 2ⁿ signs in both directions", () => {
    expect(signedRankTest([5])).toMatchObject({ p: 1 });
    expect(signedRankTest([1, 2, 3, 4, 5, 6]).p).toBe(2 / 64);
    expect(signedRankTest([-1, 2, 3, 4, 5, 6])).toEqual({
      pairs: 6,
      first: 20,
      second: 1,
      p: 4 / 64,
    });
  });

  it("counts all signs of tied ranks", () => {
    for (const values of [
      [1, 1, -1, 2],
      [3, -3, 3, -3, 1],
      [1, 1, 1, 1, -2, 2, 5, -0.5],
    ]) {
      expect(signedRankTest(values).p).toBe(byEnumeration(values));
    }
  });

  it("finds the ranks of Demšar's example", () => {
    // He splits the ranks of the two zeros, 1.5 on each side: 93 and 12 of 105.
    const { first, second } = signedRankTest(differences(DEMSAR, 1, 0));
    expect(first + second).toBe((12 * 13) / 2);
    expect(second).toBe(6.5);
    const zeros = averageRanks(differences(DEMSAR, 1, 0).map(Math.abs));
    expect(zeros.filter((rank) => rank === 1.5)).toHaveLength(2);
  });

  it("has the published p-values of the InterpBench paper, where no pair is equal", () => {
    const p = (i: number, j: number) => signedRankTest(differences(INTERPBENCH, i, j)).p;
    const [acdc, nodeSp, edgeSp, eap] = [0, 1, 2, 3];
    expect(p(edgeSp, eap)).toBeCloseTo(3.1e-5, 6);
    expect(p(acdc, eap)).toBeCloseTo(6.1e-5, 6);
    expect(p(nodeSp, eap)).toBeCloseTo(0.00015, 5);
  });
});

describe("Holm's correction", () => {
  it("multiplies by the number of tests that are left, and never falls", () => {
    // Holm's own steps: 4 · 0.005, 3 · 0.01, 2 · 0.03, then not below that.
    const corrected = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries())
      expect(corrected[i]).toBeCloseTo(p, 12);
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe("the effect size of Vargha and Delaney", () => {
  it("is 1 where all are larger, ½ where there is no difference, and of nothing none", () => {
    expect(varghaDelaney([3, 4], [1, 2])).toBe(1);
    expect(varghaDelaney([1, 2], [1, 2])).toBe(0.5);
    expect(varghaDelaney([1], [1, 0, 2, 2])).toBe(1.5 / 4);
    expect(varghaDelaney([], [1])).toBeUndefined();
  });

  it("does not take rounding for a difference", () => {
    expect(varghaDelaney([0.1 + 0.2], [0.3])).toBe(0.5);
    expect(varghaDelaney([0.3], [0.1 + 0.2])).toBe(0.5);
    expect(varghaDelaney([0.3 + 1e-11], [0.3])).toBe(1);
    expect(varghaDelaney([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY])).toBe(0.5);
  });

  it("has the published values of the InterpBench paper", () => {
    const size = (i: number, j: number) =>
      varghaDelaney(column(INTERPBENCH, i), column(INTERPBENCH, j));
    const published = [
      [0, 1, 0.742],
      [0, 2, 0.541],
      [0, 3, 0.91],
      [0, 4, 0.555],
      [1, 2, 0.355],
      [1, 3, 0.844],
      [1, 4, 0.316],
      [2, 3, 0.887],
      [2, 4, 0.486],
      [3, 4, 0.111],
    ] as const;
    // The table has three decimals, so a pair may be equal there that is not: 1/256 each.
    for (const [i, j, value] of published) {
      expect(Math.abs(size(i, j)! - value)).toBeLessThan(2.5 / 256);
    }
  });
});

describe("mean ranks", () => {
  it("are those of Demšar's example, with its χ² and critical difference", () => {
    // Two numbers of one row are equal in print only.
    const table = DEMSAR.map((row) => (row[0] === 0.972 ? [0.972, 0.981, 0.9751, 0.975] : row));
    const { ranks, p, criticalDifference, items } = friedmanTest(table)!;
    expect(items).toBe(14);
    expect(ranks.map((rank) => rank.toFixed(3))).toEqual(["3.143", "2.000", "2.893", "1.964"]);
    // He has χ² = 9.28 without a correction for ties, which makes it a little larger.
    expect(p).toBeLessThan(0.026);
    expect(p).toBeGreaterThan(0.015);
    expect(criticalDifference).toBeCloseTo(1.25, 2);
  });

  it("have p of the χ² distribution without ties: exp(−χ²/2) for three methods", () => {
    const table = [
      [3, 2, 1],
      [3, 2, 1],
      [2, 3, 1],
      [3, 1, 2],
    ];
    const { ranks, p } = friedmanTest(table)!;
    expect(ranks).toEqual([1.25, 2, 2.75]);
    const statistic = ((12 * 4) / (3 * 4)) * (0.75 ** 2 + 0.75 ** 2);
    expect(p).toBeCloseTo(Math.exp(-statistic / 2), 12);
  });

  it("are shared by numbers that are equal but for rounding", () => {
    const { ranks } = friedmanTest([
      [0.1 + 0.2, 0.3, 0.2],
      [0.9978354978354979, 0.997835497835498, 1],
    ])!;
    expect(ranks).toEqual([2, 2, 2]);
    expect(averageRanks([0.3, 0.1 + 0.2, Number.POSITIVE_INFINITY])).toEqual([1, 2, 3]);
  });

  it("are all alike where nothing differs, and none of one method", () => {
    expect(
      friedmanTest([
        [1, 1],
        [2, 2],
      ]),
    ).toMatchObject({ ranks: [1.5, 1.5], p: 1 });
    expect(friedmanTest([[1], [2]])).toBeUndefined();
    expect(friedmanTest([])).toBeUndefined();
  });

  it("are compared with the constants of Nemenyi's test", () => {
    // Demšar 2006, table 5.
    const five = [1.96, 2.343, 2.569, 2.728, 2.85, 2.949, 3.031, 3.102, 3.164];
    const ten = [1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.78, 2.855, 2.92];
    for (const [i, constant] of five.entries()) {
      expect(Math.abs(nemenyiConstant(i + 2) - constant)).toBeLessThan(1.1e-3);
      expect(Math.abs(nemenyiConstant(i + 2, 0.1) - ten[i]!)).toBeLessThan(1.1e-3);
    }
    expect(nemenyiConstant(2)).toBeCloseTo(1.959963984540054, 8);
  });
});

describe("a summary", () => {
  it("has mean, median, quartiles, and the interval of the mean by its key", () => {
    const values = [1, 2, 3, 10];
    const found = summarize(values, Key.fromSeed(1))!;
    expect(found).toMatchObject({ count: 4, mean: 4, median: 2.5, quartiles: [1.75, 4.75] });
    expect(found).toEqual(summarize(values, Key.fromSeed(1)));
    expect(found.interval.low).toBeLessThan(4);
    expect(found.interval.high).toBeGreaterThan(4);
    expect(summarize([], Key.fromSeed(1))).toBeUndefined();
    expect(summarize([2], Key.fromSeed(1))!.interval).toEqual({ low: 2, high: 2 });
  });
});
