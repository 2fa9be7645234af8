import { describe, expect, it } from "vitest";
import {
  add,
  and,
  div,
  eq,
  evaluate,
  ge,
  gt,
  indices,
  le,
  length,
  lt,
  map,
  mul,
  ne,
  not,
  or,
  type RaspValue,
  type SOp,
  select,
  sub,
  TRUE,
  tokens,
} from "./index.ts";

const on = (xs: RaspValue[] | string, sop: SOp) => evaluate(sop, xs);

describe("operators", () => {
  it("take a constant on either side and keep the order of operands", () => {
    expect(on([1, 2], add(tokens, 1))).toEqual([2, 3]);
    expect(on("ab", add("x", tokens))).toEqual(["xa", "xb"]);
    expect(on([1, 2], sub(tokens, 1))).toEqual([0, 1]);
    expect(on([1, 2], sub(1, tokens))).toEqual([0, -1]);
    expect(on([1, 2], div(1, tokens))).toEqual([1, 0.5]);
    expect(on([1, 2], lt(1, tokens))).toEqual([false, true]);
    expect(on([1, 2], lt(tokens, 2))).toEqual([true, false]);
  });

  it("combine two SOps position by position", () => {
    expect(on([5, 5], add(tokens, indices))).toEqual([5, 6]);
    expect(on("abc", sub(sub(length, 1), indices))).toEqual([2, 1, 0]);
    expect(on("abc", mul(length, length))).toEqual([9, 9, 9]);
    const xs = [0, 1, 1];
    expect([le, gt, ge, ne, eq].map((operator) => on(xs, operator(tokens, indices)))).toEqual([
      [true, true, true],
      [false, false, false],
      [true, true, false],
      [false, false, true],
      [true, true, false],
    ]);
  });

  it("join strings and tuples, and repeat strings", () => {
    expect(on([[1], [2]], add(tokens, [0]))).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(on("ab", mul(tokens, indices))).toEqual(["", "b"]);
    expect(on("ab", mul(2, tokens))).toEqual(["aa", "bb"]);
  });

  it("repeat strings whole times only, as Python does", () => {
    for (const times of [1.5, Number.POSITIVE_INFINITY]) {
      expect(() => on("ab", mul(tokens, times))).toThrow(
        expect.objectContaining({ code: "E_RASP_TYPE" }),
      );
      expect(() => on("ab", mul(times, tokens))).toThrow(
        expect.objectContaining({ code: "E_RASP_TYPE" }),
      );
    }
    expect(on("ab", mul(tokens, -1))).toEqual(["", ""]);
    expect(on("ab", mul(tokens, true))).toEqual(["a", "b"]);
  });

  it("count booleans as numbers", () => {
    expect(on([true, false], add(tokens, 1))).toEqual([2, 1]);
  });

  it("return operands from and / or, and a boolean from not", () => {
    expect(on([3, 0], and(tokens, "x"))).toEqual(["x", 0]);
    expect(on([3, 0], or(tokens, "x"))).toEqual([3, "x"]);
    expect(on([3, 0], or("x", tokens))).toEqual([3, "x"]);
    expect(on([3, 0, ""], not(tokens))).toEqual([false, true, true]);
  });

  it("collapse a chain of operators on one SOp to one map", () => {
    const chain = div(add(mul(tokens, 2), 2), 2);
    expect(chain).toMatchObject({ kind: "map", inner: tokens });
    expect(on([1], chain)).toEqual([2]);
    const kept = map((x: number) => x + 1, mul(tokens, 2), { simplify: false });
    expect(kept.inner.kind).toBe("map");
    expect(on([1], kept)).toEqual([3]);
  });

  it("let an inner null reach the outer function of a collapsed map only", () => {
    const inner = map(() => null, tokens);
    const isNull = (x: RaspValue) => x === null;
    expect(on([1], map(isNull, inner))).toEqual([true]);
    expect(on([1], map(isNull, inner, { simplify: false }))).toEqual([null]);
  });

  it("refuse values without an order or a sum", () => {
    expect(() => on(["a"], lt(tokens, 1))).toThrow(
      expect.objectContaining({ code: "E_RASP_TYPE", received: 'string "a" and number 1' }),
    );
    expect(() => on(["a"], add(tokens, 1))).toThrow("+ is not defined for these values");
    expect(() => on([[1]], sub(tokens, 1))).toThrow(
      expect.objectContaining({ code: "E_RASP_TYPE", received: "tuple [1] and number 1" }),
    );
  });

  it("refuse two constants, and selectors", () => {
    expect(() => add(1, 2)).toThrow(
      expect.objectContaining({ code: "E_RASP_OPERAND", expected: "at least one SOp" }),
    );
    const selector = select(tokens, tokens, TRUE) as unknown as SOp;
    expect(() => and(selector, tokens)).toThrow("and of a selector");
  });
});
