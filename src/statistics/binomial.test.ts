import { describe, expect, test } from "vitest";
import { exactInterval } from "./binomial.ts";
import { incompleteBeta } from "./special-functions.ts";

/** P(X ≥ k) of n draws with probability p, added up. */
function tail(k: number, n: number, p: number): number {
  let sum = 0;
  for (let i = k; i <= n; i++) {
    let binomial = 1;
    for (let j = 1; j <= i; j++) binomial = (binomial * (n - i + j)) / j;
    sum += binomial * p ** i * (1 - p) ** (n - i);
  }
  return sum;
}

describe("the incomplete beta function", () => {
  test("is the tail of the binomial distribution", () => {
    for (const [k, n, p] of [
      [1, 1, 0.3],
      [3, 10, 0.2],
      [9, 10, 0.97],
      [40, 50, 0.6],
    ] as const) {
      expect(incompleteBeta(p, k, n - k + 1)).toBeCloseTo(tail(k, n, p), 12);
    }
  });
});

describe("the exact interval", () => {
  test("knows nothing without draws", () => {
    expect(exactInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test("has a closed form where nothing or everything was a hit", () => {
    for (const n of [1, 20, 65_536, 2 ** 20]) {
      expect(exactInterval(0, n).low).toBe(0);
      expect(exactInterval(0, n).high).toBeCloseTo(-Math.expm1(Math.log(0.025) / n), 12);
      expect(exactInterval(n, n).low).toBeCloseTo(0.025 ** (1 / n), 12);
      expect(exactInterval(n, n).high).toBe(1);
    }
  });

  test("leaves 2.5 % of the distribution outside on either side", () => {
    const { low, high } = exactInterval(7, 30);
    expect(tail(7, 30, low)).toBeCloseTo(0.025, 10);
    expect(1 - tail(8, 30, high)).toBeCloseTo(0.025, 10);
  });

  test("is the one that R's binom.test gives", () => {
    expect(exactInterval(682, 925).low).toBeCloseTo(0.7076683, 6);
    expect(exactInterval(682, 925).high).toBeCloseTo(0.7654066, 6);
  });
});
