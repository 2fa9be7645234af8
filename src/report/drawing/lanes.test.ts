import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lanesOf, type RowSpan } from "./lanes.ts";

const spans = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 8 }))
    .map(([firstRow, rows]): RowSpan => ({ firstRow, lastRow: firstRow + rows })),
  { maxLength: 120 },
);

const overlap = (a: RowSpan, b: RowSpan) => a.firstRow <= b.lastRow && b.firstRow <= a.lastRow;

describe("lanesOf", () => {
  it("gives spans that share a row lanes of their own, the lowest first", () => {
    fc.assert(
      fc.property(spans, (given) => {
        const lanes = lanesOf(given);
        lanes.forEach((lane, i) => {
          const taken = lanes.slice(0, i).filter((_, k) => overlap(given[k]!, given[i]!));
          expect(taken).not.toContain(lane);
          for (let lower = 0; lower < lane; lower++) expect(taken).toContain(lower);
        });
      }),
    );
  });

  it("counts beyond a word of bits", () => {
    const given = Array.from({ length: 100 }, () => ({ firstRow: 1, lastRow: 2 }));
    expect(lanesOf(given)).toEqual(given.map((_, i) => i));
  });

  it("looks at each span equally often, however many there are", () => {
    const readsPerSpan = (count: number) => {
      let reads = 0;
      const span = (firstRow: number): RowSpan => ({
        get firstRow() {
          reads++;
          return firstRow;
        },
        get lastRow() {
          reads++;
          return firstRow + 2;
        },
      });
      lanesOf(Array.from({ length: count }, (_, i) => span(i % 7)));
      return reads / count;
    };
    expect(readsPerSpan(2000)).toBe(readsPerSpan(20));
  });
});
