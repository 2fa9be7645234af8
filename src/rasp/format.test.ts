import { describe, expect, it } from "vitest";
import { floatRule, formatFloat, formatNumber, formatValue, showValues } from "./index.ts";

describe("labels", () => {
  it("print floats with the shortest digits and the original's exponents", () => {
    const printed: [number, string][] = [
      [0, "0.0"],
      [1, "1.0"],
      [-2, "-2.0"],
      [0.1, "0.1"],
      [1 / 3, "0.3333333333333333"],
      [0.0001, "0.0001"],
      [0.00001, "1e-05"],
      [1.5e-7, "1.5e-07"],
      [123456789012345.6, "123456789012345.6"],
      [1e15, "1000000000000000.0"],
      [1e16, "1e+16"],
      [1.25e100, "1.25e+100"],
      [Infinity, "inf"],
      [-Infinity, "-inf"],
    ];
    expect(printed.map(([x]) => formatFloat(x))).toEqual(printed.map(([, text]) => text));
  });

  it("print integers in full", () => {
    expect(formatNumber(1e21)).toBe("1000000000000000000000");
    expect(formatNumber(-3)).toBe("-3");
    expect(formatNumber(0.5)).toBe("0.5");
  });

  it("print None, booleans and tuples", () => {
    expect(formatValue(null)).toBe("None");
    expect(formatValue(true)).toBe("True");
    expect(formatValue("a b")).toBe("a b");
    expect(formatValue([])).toBe("()");
    expect(formatValue([1])).toBe("(1,)");
    expect(formatValue(["a", 1, [false, 0.5]])).toBe("('a', 1, (False, 0.5))");
    expect(formatValue(["it's", 'a "b"', "\n"])).toBe(`("it's", 'a "b"', '\\n')`);
  });

  it("print integral numbers as floats if any number of the set has a fraction", () => {
    const print = (numberType: Parameters<typeof floatRule>[0], values: number[]) => {
      const rule = floatRule(numberType, values);
      return values.map((value) => formatValue(value, rule));
    };
    expect(print("auto", [0, 1])).toEqual(["0", "1"]);
    expect(print("auto", [0, 0.5, 1])).toEqual(["0.0", "0.5", "1.0"]);
    expect(print("auto", [1, Infinity])).toEqual(["1.0", "inf"]);
    expect(print("int", [0, 0.5, 1])).toEqual(["0", "0.5", "1"]);
    expect(print("float", [0, 1])).toEqual(["0.0", "1.0"]);
    expect(print((value) => (value === 0 ? "int" : "float"), [0, 0.5, 1])).toEqual([
      "0",
      "0.5",
      "1.0",
    ]);
  });

  it("shorten sets in messages", () => {
    expect(showValues([])).toBe("{}");
    expect(showValues(["a", 1, null])).toBe('{"a", 1, None}');
    expect(showValues([1, 2, 3], 2)).toBe("{1, 2, …}");
  });
});
