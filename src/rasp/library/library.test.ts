import { describe, expect, it } from "vitest";
import {
  detectPattern,
  eq,
  evaluate,
  indices,
  isNumeric,
  makeCount,
  makeFracPrevs,
  makeHist,
  makeLength,
  makeNarySequenceMap,
  makePairBalance,
  makeReverse,
  makeShuffleDyck,
  makeSort,
  makeSortFreq,
  makeSortUnique,
  makeUniqueTokenExtractor,
  type RaspValue,
  type SOp,
  shiftBy,
  tokens,
} from "../index.ts";

const PROGRAMS: SOp[] = [
  makeLength(),
  makeHist(),
  makeCount(tokens, "a"),
  makeReverse(tokens),
  makeSortUnique(tokens, indices),
  makeSortFreq(5),
  makeFracPrevs(eq(tokens, "a")),
  makePairBalance(tokens, "(", ")"),
  makeShuffleDyck(["()"]),
  shiftBy(1, tokens),
  detectPattern(tokens, "ab"),
  makeUniqueTokenExtractor(tokens),
  makeNarySequenceMap((...xs: RaspValue[]) => xs.length, tokens, indices),
];

describe("the library", () => {
  it("maps nothing to nothing", () => {
    for (const program of PROGRAMS) expect(evaluate(program, "")).toEqual([]);
  });

  it("keeps sequences of one in place", () => {
    expect(PROGRAMS.map((program) => evaluate(program, "a")[0])).toEqual([
      1, // length
      1, // hist
      1, // count
      "a", // reverse
      "a", // sortUnique
      "a", // sortFreq
      1, // fracPrevs
      0, // pairBalance
      true, // shuffleDyck
      null, // shiftBy
      null, // detectPattern
      "a", // unique tokens
      2, // nary
    ]);
  });

  it("does what its examples say", () => {
    expect(evaluate(makeReverse(tokens), "abc")).toEqual(["c", "b", "a"]);
    expect(evaluate(makeHist(), "abac")).toEqual([2, 1, 2, 1]);
    expect(evaluate(makeCount(tokens, "a"), "aab")).toEqual([2, 2, 2]);
    expect(evaluate(makeFracPrevs(eq(tokens, "x")), "axx")).toEqual([0, 1 / 2, 2 / 3]);
    expect(evaluate(shiftBy(1, tokens), "abc")).toEqual([null, "a", "b"]);
    expect(evaluate(shiftBy(-1, tokens, "-"), "abc")).toEqual(["b", "c", "-"]);
    expect(evaluate(detectPattern(tokens, "ab"), "aab")).toEqual([null, false, true]);
    expect(evaluate(makeUniqueTokenExtractor(tokens), "abac")).toEqual(["a", "b", null, "c"]);
    const maximum = makeNarySequenceMap(
      (...xs: number[]) => Math.max(...xs),
      tokens,
      indices,
      tokens,
    );
    expect(evaluate(maximum, [0, 0, 5])).toEqual([0, 1, 5]);
  });

  it("finds patterns of any values", () => {
    expect(evaluate(detectPattern(tokens, [1, null]), [1, 1])).toEqual([null, false]);
    expect(evaluate(detectPattern(tokens, [1, [2]]), [1, [2]])).toEqual([null, true]);
    expect(detectPattern(tokens, [1, 2]).name).toBe("detect_pattern((1, 2))");
    expect(shiftBy(-1, tokens).name).toBe("shift_by(-1)");
  });

  it("sorts equal keys by position", () => {
    expect(evaluate(makeSort(indices, tokens, 10, 1), [2, 1, 2, 1])).toEqual([1, 3, 0, 2]);
  });

  it("accepts interleaved brackets", () => {
    const program = makeShuffleDyck(["()", "{}"]);
    const isBalanced = (xs: string) => evaluate(program, xs).every((x) => isNumeric(x!) && x);
    expect(["({)}", "()", "", "{}()"].map(isBalanced)).toEqual([true, true, true, true]);
    expect([")(", "(", "({)", "}{()"].map(isBalanced)).toEqual([false, false, false, false]);
  });

  it("says what its arguments must be", () => {
    expect(() => detectPattern(tokens, "")).toThrow(
      expect.objectContaining({ code: "E_RASP_ARGUMENT", expected: "at least one element" }),
    );
    expect(() => makeShuffleDyck([])).toThrow(
      expect.objectContaining({ code: "E_RASP_ARGUMENT", received: "[]" }),
    );
    expect(() => makeShuffleDyck(["(", "()"])).toThrow("pairs of brackets");
    expect(() => makeNarySequenceMap(() => 1)).toThrow("a sequence map of no operands");
  });
});
