import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valueNumbering } from "./value-numbering.ts";

describe("numbers of lists of values", () => {
  it("are the places of the first equal lists", () => {
    const lists = fc.array(fc.array(fc.constantFrom(0, -0, 1, 0.1, Number.NaN), { maxLength: 3 }));
    fc.assert(
      fc.property(lists, (all) => {
        const number = valueNumbering();
        const firsts: number[][] = [];
        for (const list of all) {
          const isSame = (other: number[]) =>
            other.length === list.length && other.every((x, i) => Object.is(x, list[i]));
          if (!firsts.some(isSame)) firsts.push(list);
          expect(number(Float64Array.from(list))).toBe(firsts.findIndex(isSame));
        }
      }),
    );
  });

  it("go on without memory when that is full", () => {
    const number = valueNumbering(4);
    const [a, b, c] = [1, 2, 3].map((x) => Float32Array.of(x, x)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    expect([a, b, c, a, b, c].map(number)).toEqual([0, 1, 2, 0, 1, 3]);
  });
});
