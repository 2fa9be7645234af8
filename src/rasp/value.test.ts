import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalValue,
  compareStrings,
  compareValues,
  isRaspValue,
  isTruthy,
  type RaspValue,
  uniqueValues,
  valueKey,
  valuesEqual,
} from "./index.ts";

const anyValue: fc.Arbitrary<RaspValue> = fc.letrec<{ value: RaspValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true }),
    fc.constantFrom("", "1", "true", "a", "\u0000", "\u0000(1)"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
})).value;

describe("values", () => {
  it("are equal across booleans and numbers, and only there", () => {
    expect(valuesEqual(true, 1)).toBe(true);
    expect(valuesEqual(false, -0)).toBe(true);
    expect(valuesEqual(1, "1")).toBe(false);
    expect(valuesEqual(null, 0)).toBe(false);
    expect(valuesEqual([], null)).toBe(false);
    expect(valuesEqual([1, ["a"]], [true, ["a"]])).toBe(true);
    expect(valuesEqual([1, "a"], ["1", "a"])).toBe(false);
    expect(valuesEqual(["a,b"], ["a", "b"])).toBe(false);
    expect(valuesEqual(["1"], [1])).toBe(false);
    expect(valuesEqual([1], "\u0000(1)")).toBe(false);
  });

  it("keep the first of equal ones", () => {
    expect(uniqueValues([])).toEqual([]);
    expect(uniqueValues([true, 1, 0, false, "1", [1], [true]])).toEqual([true, 0, "1", [1]]);
  });

  it("are ordered inside of numbers, strings and tuples, and nowhere else", () => {
    expect(compareValues(true, 0.5)).toBeGreaterThan(0);
    expect(compareValues(-Infinity, 0)).toBeLessThan(0);
    expect(compareValues("B", "a")).toBeLessThan(0);
    expect(compareValues([1, "b"], [1, "c"])).toBeLessThan(0);
    expect(compareValues([1], [1, 0])).toBeLessThan(0);
    expect(compareValues(null, null)).toBe(0);
    expect(compareValues(null, 0)).toBeUndefined();
    expect(compareValues("1", 1)).toBeUndefined();
    expect(compareValues([1, 2], [1, "a"])).toBeUndefined();
  });

  it("compare strings by code point, not by UTF-16 unit", () => {
    expect("😊" < "\uffee").toBe(true); // what JavaScript thinks
    expect(compareStrings("😊", "\uffee")).toBe(1);
    expect(compareStrings("\uffee", "😊")).toBe(-1);
    expect(compareStrings("😊", "😢")).toBe(-1);
    expect(compareStrings("", "")).toBe(0);
  });

  it("have an equality and an order that agree", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const order = compareValues(a, b);
        if (valuesEqual(a, b)) expect(order).toBe(0);
        else expect(order).not.toBe(0);
        const reverse = compareValues(b, a);
        expect(order === undefined).toBe(reverse === undefined);
        if (order !== undefined) expect(Math.sign(order) + Math.sign(reverse!)).toBe(0);
      }),
    );
  });

  it("have a key that survives the canonical form", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(new Set([valueKey(value)]).has(valueKey(canonicalValue(value)))).toBe(true);
        expect(isRaspValue(value)).toBe(true);
      }),
    );
  });

  it("are true unless null, false, zero or empty", () => {
    const values: RaspValue[] = [null, false, 0, -0, "", [], true, 2, "0", [0]];
    expect(values.map(isTruthy)).toEqual([
      ...Array.from({ length: 6 }, () => false),
      ...Array.from({ length: 4 }, () => true),
    ]);
  });

  it("are neither NaN, undefined nor objects", () => {
    const others = [Number.NaN, undefined, {}, () => 1, [Number.NaN], 1n];
    expect(others.filter(isRaspValue)).toEqual([]);
  });
});
