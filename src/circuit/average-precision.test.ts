import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePrecision, chancePrecision } from "./index.ts";

const of = (scores: readonly number[], positives: readonly number[]) =>
  averagePrecision(
    new Map(scores.map((score, i) => [`${i}`, score])),
    new Set(positives.map(String)),
  );

describe("average precision", () => {
  it("is 1 for a perfect ranking, and small for its opposite", () => {
    expect(of([4, 3, 2, 1], [0, 1])).toBe(1);
    // Found third and fourth: precision 1/3 at recall 1/2, 2/4 at recall 1.
    expect(of([4, 3, 2, 1], [2, 3])).toBeCloseTo((1 / 3 + 1 / 2) / 2, 12);
  });

  it("is the share of positives where nothing is ranked", () => {
    expect(of([1, 1, 1, 1, 1], [0, 3])).toBeCloseTo(2 / 5, 12);
  });

  it("has ties enter together", () => {
    // {0} at precision 1; {1, 2} together: 2 of 3 are true at recall 2/3; {3} makes 3 of 4.
    expect(of([3, 2, 2, 1], [0, 1, 3])).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 12);
  });

  it("is not defined without positives or negatives, and takes infinite scores", () => {
    expect(of([1, 2], [])).toBeUndefined();
    expect(of([1, 2], [0, 1])).toBeUndefined();
    expect(of([Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY], [0])).toBe(1);
    expect(() => of([Number.NaN, 1], [0])).toThrow("a score is NaN");
  });

  it("is the mean of the precisions at the positives where all scores differ", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 3, maxLength: 20 }), (scores) => {
        const positives = scores.map((_, i) => i).filter((i) => i % 3 === 0);
        const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
        const precisions = positives.map((i) => {
          const rank = order.indexOf(i) + 1;
          return order.slice(0, rank).filter((j) => j % 3 === 0).length / rank;
        });
        const expected = precisions.reduce((a, b) => a + b, 0) / positives.length;
        expect(of(scores, positives)).toBeCloseTo(expected, 10);
      }),
    );
  });
});

describe("the average precision of chance", () => {
  /** The mean over all ways to choose `positives` of `items` places. */
  function enumerated(positives: number, items: number): number {
    const scores = Array.from({ length: items }, (_, i) => items - i);
    const values: number[] = [];
    for (let mask = 0; mask < 1 << items; mask++) {
      const chosen = scores.flatMap((_, i) => ((mask >> i) & 1 ? [i] : []));
      if (chosen.length === positives) values.push(of(scores, chosen)!);
    }
    return values.reduce((a, b) => a + b, 0) / values.length;
  }

  it("is the mean over all orders", () => {
    for (let items = 2; items <= 7; items++) {
      for (let positives = 1; positives < items; positives++) {
        expect(chancePrecision(positives, items)).toBeCloseTo(enumerated(positives, items), 12);
      }
    }
  });

  it("is larger than the share of positives, most where few are", () => {
    expect(chancePrecision(4, 14)).toBeCloseTo(0.4094265014594685, 15);
    expect(chancePrecision(4, 53)).toBeCloseTo(0.1387114230355812, 15);
    expect(chancePrecision(9, 459)).toBeCloseTo(0.03182497389339475, 15);
  });

  it("is not defined without positives or negatives", () => {
    expect(chancePrecision(0, 3)).toBeUndefined();
    expect(chancePrecision(3, 3)).toBeUndefined();
    expect(chancePrecision(1, 1)).toBeUndefined();
  });
});
