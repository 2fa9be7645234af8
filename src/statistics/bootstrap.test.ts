import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { bootstrapInterval, bootstrapIntervals, nestedInterval, quantile } from "./bootstrap.ts";

const meanOf =
  (values: ArrayLike<number>) =>
  (counts: Uint32Array): number =>
    counts.reduce((sum, count, i) => sum + count * values[i]!, 0) / values.length;

describe("a bootstrap interval", () => {
  it("of what is the same everywhere is that alone, and excludes 0", () => {
    expect(bootstrapInterval(20, Key.fromSeed(1), meanOf(new Float64Array(20).fill(3)))).toEqual({
      low: 3,
      high: 3,
    });
    expect(bootstrapInterval(1, Key.fromSeed(1), meanOf([2]))).toEqual({ low: 2, high: 2 });
  });

  it("has 0 in about 95 of 100 samples of symmetric noise", () => {
    const key = Key.fromSeed(7);
    let hits = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const noise = key.fold("noise").fold(trial).normal(40);
      const found = bootstrapInterval(40, key.fold(trial), meanOf(noise), { draws: 200 })!;
      if (found.low <= 0 && found.high >= 0) hits++;
    }
    expect(Math.abs(hits / trials - 0.95)).toBeLessThan(0.05);
  });

  it("is as wide as the standard error of a mean says", () => {
    const values = Key.fromSeed(3).normal(400);
    const { low, high } = bootstrapInterval(400, Key.fromSeed(4), meanOf(values))!;
    const mean = values.reduce((a, b) => a + b, 0) / 400;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 400);
    expect((high - low) / ((2 * 1.96 * deviation) / 20)).toBeCloseTo(1, 0.8);
  });

  it("is a function of the key, and leaves out draws without a value", () => {
    const of = (seed: number) => bootstrapInterval(5, Key.fromSeed(seed), meanOf([1, 2, 3, 4, 9]));
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    expect(bootstrapInterval(5, Key.fromSeed(1), () => undefined)).toBeUndefined();
    const some = bootstrapInterval(2, Key.fromSeed(1), ([first]) => (first === 0 ? undefined : 7));
    expect(some).toEqual({ low: 7, high: 7 });
  });
});

describe("a quantile", () => {
  it("lies between numbers as NumPy's does", () => {
    const of = (share: number) => quantile([1, 2, 4, 8], share);
    expect([0, 0.25, 0.5, 1].map(of)).toEqual([1, 1.75, 3, 8]);
    expect(of(0.9)).toBeCloseTo(6.8, 12);
    expect(quantile([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], 0.3)).toBe(
      Number.NEGATIVE_INFINITY,
    );
  });
});

describe("intervals of groups and their items", () => {
  const key = Key.fromSeed(5);

  it("know nothing of items that are alike", () => {
    const values = [1, 2, 4, 8];
    const plain = nestedInterval(
      values.map((value) => [value]),
      key,
    );
    expect(
      nestedInterval(
        values.map((value) => [value, value, value]),
        key,
      ),
    ).toEqual(plain);
    expect(nestedInterval([[2, 2]], key)).toEqual({ low: 2, high: 2 });
    expect(nestedInterval([], key)).toBeUndefined();
  });

  it("are as wide as the two variances together", () => {
    const noise = key.fold("noise").normal(400);
    const groups = Array.from({ length: 100 }, (_, i) =>
      [0, 1, 2, 3].map((j) => noise[4 * i + j]!),
    );
    // Means of four have variance ¼; drawing within adds ¾ of ¼ once more, as of four items three are free.
    const { low, high } = nestedInterval(groups, key, { draws: 4000 })!;
    expect((high - low) / (2 * 1.96)).toBeCloseTo(Math.sqrt((0.25 + 0.25 * 0.75) / 100), 2);
  });
});

describe("several numbers of the same items", () => {
  it("have the intervals that each has alone", () => {
    const key = Key.fromSeed(3);
    const [first, second] = [meanOf([1, 2, 3]), meanOf([4, 4, 7])];
    expect(
      bootstrapIntervals(3, key, (counts) => [first(counts), undefined, second(counts)]),
    ).toEqual([bootstrapInterval(3, key, first), undefined, bootstrapInterval(3, key, second)]);
  });
});
