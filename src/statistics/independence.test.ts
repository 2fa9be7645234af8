import { describe, expect, test } from "vitest";
import { Key } from "../rng/index.ts";
import { independenceTest } from "./independence.ts";

const key = Key.fromSeed(1);
const [x, noise] = ["x", "noise"].map((label) => key.fold(label).normal(60)) as [
  Float64Array,
  Float64Array,
];

describe("the test of independence", () => {
  test("is tr(KHLH)/(n − 1)², multiplied out for three items", () => {
    // Distances 1, 2, 3 and 1, 1, 2: medians 2 and 1.
    const [a, b] = [
      [0, 1, 3],
      [0, 1, 2],
    ] as const;
    const kernel = (values: readonly number[], width: number) =>
      values.map((u) => values.map((v) => Math.exp(-((u - v) ** 2) / (2 * width ** 2))));
    const centring = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0) - 1 / 3));
    const times = (p: number[][], q: number[][]) =>
      p.map((row) => [0, 1, 2].map((j) => row.reduce((sum, u, k) => sum + u * q[k]![j]!, 0)));
    const product = [kernel(a, 2), centring, kernel(b, 1), centring].reduce(times);
    const trace = product[0]![0]! + product[1]![1]! + product[2]![2]!;
    expect(independenceTest(a, b, key, 9).hsic).toBeCloseTo(trace / 4, 12);
  });

  test("sees what correlation does not", () => {
    const squares = x.map((value) => value ** 2);
    expect(independenceTest(x, squares, key).pValue).toBe(1 / 1000);
    expect(independenceTest(x, noise, key).pValue).toBeGreaterThan(0.05);
  });

  test("finds nothing in a number that is always the same", () => {
    const { hsic, pValue } = independenceTest(
      x,
      x.map(() => 3),
      key,
      99,
    );
    expect(hsic).toBeCloseTo(0, 12);
    expect(pValue).toBe(1);
  });

  test("rejects as often as it says where nothing is to be found", () => {
    const rejected = Array.from({ length: 200 }, (_, i) => {
      const own = key.fold("null").fold(i);
      const [p, q] = [own.fold("p").normal(16), own.fold("q").normal(16)];
      return independenceTest(p, q, own.fold("orders"), 39).pValue <= 0.1 ? 1 : 0;
    });
    const count = rejected.reduce<number>((sum, one) => sum + one, 0);
    // Binomial with 200 draws of 0.1: 9 and 33 are three and a half standard deviations away and more.
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(35);
  });
});
