import { describe, expect, it } from "vitest";
import {
  aggregate,
  breadthFirst,
  categorical,
  childrenOf,
  constantSelector,
  constantSOp,
  dependenciesFirst,
  EQ,
  type Expression,
  full,
  indices,
  isExpression,
  isSelector,
  length,
  linearSequenceMap,
  map,
  named,
  numerical,
  type SOp,
  select,
  selectorAnd,
  selectorNot,
  selectorOr,
  selectorWidth,
  sequenceMap,
  tokens,
  withNumberType,
} from "./index.ts";

const selector = select(tokens, indices, EQ);
const SOPS: SOp[] = [
  tokens,
  indices,
  length,
  map((x) => x, tokens),
  sequenceMap((x) => x, tokens, indices),
  linearSequenceMap(tokens, indices, 1, 1),
  full(1),
  constantSOp([1]),
  selectorWidth(selector),
  aggregate(selector, tokens),
];
const SELECTORS = [
  selector,
  selectorAnd(selector, selector, { simplify: false }),
  selectorOr(selector, selector, { simplify: false }),
  selectorNot(selector, { simplify: false }),
  constantSelector([[true]]),
];
const EXPRESSIONS: Expression[] = [...SOPS, ...SELECTORS];

describe("expressions", () => {
  it("have default names", () => {
    expect(EXPRESSIONS.map((expression) => expression.name)).toEqual([
      "tokens",
      "indices",
      "length",
      "map",
      "sequence_map",
      "linear_sequence_map",
      "full",
      "constant_sop",
      "selector_width",
      "aggregate",
      "select",
      "selector_and",
      "selector_or",
      "selector_not",
      "constant_selector",
    ]);
  });

  it("are frozen, and told apart from values", () => {
    for (const expression of EXPRESSIONS) {
      expect(Object.isFrozen(expression)).toBe(true);
      expect(isExpression(expression)).toBe(true);
      expect(isSelector(expression)).toBe(SELECTORS.includes(expression as never));
    }
    expect([null, 1, "tokens", [], {}].filter(isExpression)).toEqual([]);
  });

  it("are renamed in a copy that shares the children", () => {
    for (const expression of EXPRESSIONS) {
      const copy = named(expression, "other");
      expect(copy.name).toBe("other");
      expect(expression.name).not.toBe("other");
      expect(Object.isFrozen(copy)).toBe(true);
      expect(childrenOf(copy)).toEqual(childrenOf(expression));
      for (const [i, child] of childrenOf(copy).entries()) {
        expect(child).toBe(childrenOf(expression)[i]);
      }
    }
  });

  it("are categorical until told otherwise, and can be told back", () => {
    for (const sop of SOPS) {
      expect(sop.encoding).toBe("categorical");
      expect(numerical(sop).encoding).toBe("numerical");
      expect(categorical(numerical(sop)).encoding).toBe("categorical");
      expect(named(numerical(sop), "x").encoding).toBe("numerical");
      expect(withNumberType(sop, "float").numberType).toBe("float");
    }
  });
});

describe("walks", () => {
  it("meet a lonely expression once", () => {
    expect(breadthFirst(tokens)).toEqual([tokens]);
    expect(dependenciesFirst(tokens)).toEqual([tokens]);
  });

  it("meet shared expressions once, in the order of discovery or after their children", () => {
    const a = map((x) => x, tokens);
    const b = sequenceMap((x) => x, a, indices);
    const c = sequenceMap((x) => x, b, a);
    expect(breadthFirst(c)).toEqual([c, b, a, indices, tokens]);
    expect(dependenciesFirst(c)).toEqual([tokens, a, indices, b, c]);
  });

  it("do not repeat paths: a chain of 200 doublings has 201 nodes", () => {
    let sop: SOp = tokens;
    for (let i = 0; i < 200; i++) sop = sequenceMap((x) => x, sop, sop);
    expect(breadthFirst(sop).length).toBe(201);
    expect(dependenciesFirst(sop).length).toBe(201);
  });

  it("do not overflow the stack on 100 000 nested expressions", () => {
    let sop: SOp = tokens;
    for (let i = 0; i < 100_000; i++) sop = map((x) => x, sop, { simplify: false });
    expect(dependenciesFirst(sop).length).toBe(100_001);
  });
});
