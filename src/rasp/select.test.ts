import { describe, expect, it } from "vitest";
import {
  constantSelector,
  EQ,
  evaluate,
  FALSE,
  full,
  GEQ,
  GT,
  indices,
  LEQ,
  LT,
  length,
  NEQ,
  type Selector,
  select,
  selectorAnd,
  selectorNot,
  selectorOr,
  TRUE,
  tokens,
} from "./index.ts";

const COMPARISONS = [EQ, LT, LEQ, GT, GEQ, NEQ, TRUE, FALSE];

describe("select", () => {
  it("has queries as rows and keys as columns, and compares key to query", () => {
    expect(evaluate(select(tokens, indices, LT), [0, 5])).toEqual([
      [false, false],
      [true, false],
    ]);
  });

  it("knows eight comparisons", () => {
    const rows = COMPARISONS.map((comparison) =>
      evaluate(select(indices, indices, comparison), "ab")
        .flat()
        .map(Number),
    );
    expect(rows).toEqual([
      [1, 0, 0, 1], // =
      [0, 0, 1, 0], // key < query
      [1, 0, 1, 1],
      [0, 1, 0, 0],
      [1, 1, 0, 1],
      [0, 1, 1, 0],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
    expect(COMPARISONS.map(({ comparison }) => comparison)).toEqual(
      "EQ LT LEQ GT GEQ NEQ TRUE FALSE".split(" "),
    );
  });

  it("shows null to functions; comparisons select nothing there, TRUE included", () => {
    const isNull = select(tokens, tokens, (key) => key === null);
    expect(evaluate(isNull, [null])).toEqual([[true]]);
    for (const comparison of COMPARISONS) {
      expect(evaluate(select(tokens, indices, comparison), [null])).toEqual([[false]]);
      expect(evaluate(select(indices, tokens, comparison), [null])).toEqual([[false]]);
    }
  });
});

describe("selector simplification", () => {
  it("merges selects of the same keys and queries", () => {
    const merged = selectorAnd(select(tokens, indices, LEQ), select(tokens, indices, GEQ));
    expect(merged).toMatchObject({ kind: "select", keys: tokens, queries: indices });
  });

  it("takes the other side's keys or queries for full ones", () => {
    const merged = selectorOr(select(full(1), indices, EQ), select(tokens, full(2), EQ));
    expect(merged).toMatchObject({ kind: "select", keys: tokens, queries: indices });
  });

  it("leaves different keys or queries alone, and everything if told so", () => {
    const [a, b] = [select(tokens, indices, EQ), select(tokens, length, EQ)];
    expect(selectorAnd(a, b).kind).toBe("selectorAnd");
    expect(selectorOr(a, b).kind).toBe("selectorOr");
    expect(selectorAnd(a, a, { simplify: false }).kind).toBe("selectorAnd");
    expect(selectorNot(a, { simplify: false }).kind).toBe("selectorNot");
    expect(selectorNot(constantSelector([[true]])).kind).toBe("selectorNot");
  });

  it("never changes a matrix: 5184 combinations", () => {
    // Fresh objects of one kind count as different SOps, the inputs as the same.
    const operands = [() => tokens, () => indices, () => full(1)];
    const xs = [0, 1, 2, 3];
    let checked = 0;
    for (const keysA of operands)
      for (const queriesA of operands)
        for (const keysB of operands)
          for (const queriesB of operands)
            for (const testA of COMPARISONS)
              for (const testB of COMPARISONS) {
                const a = select(keysA(), queriesA(), testA);
                const b = select(keysB(), queriesB(), testB);
                const simplified = evaluate(selectorAnd(a, b), xs);
                const expected = evaluate(selectorAnd(a, b, { simplify: false }), xs);
                if (JSON.stringify(simplified) !== JSON.stringify(expected)) {
                  expect(simplified, `${testA.comparison} ${testB.comparison}`).toEqual(expected);
                }
                checked++;
              }
    expect(checked).toBe(5184);
  });

  it("never changes a matrix under or and not either", () => {
    const sides = (simplify: boolean): Selector[] =>
      COMPARISONS.flatMap((testA) =>
        COMPARISONS.map((testB) => {
          const a = selectorNot(select(tokens, full(2), testA), { simplify });
          return selectorOr(a, select(full(1), indices, testB), { simplify });
        }),
      );
    const unsimplified = sides(false);
    for (const [i, selector] of sides(true).entries()) {
      expect(selector.kind).toBe("select");
      expect(evaluate(selector, [3, 2, 1])).toEqual(evaluate(unsimplified[i]!, [3, 2, 1]));
    }
  });
});
