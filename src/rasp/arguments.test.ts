import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import * as rasp from "./index.ts";
import {
  add,
  aggregate,
  EQ,
  type Expression,
  evaluate,
  formatFindings,
  full,
  functionText,
  indices,
  isSelector,
  map,
  named,
  type RaspValue,
  type SOp,
  select,
  selectorAnd,
  selectorNot,
  selectorOr,
  selectorWidth,
  sequenceMap,
  tokens,
  validate,
} from "./index.ts";

/** All that makes expressions, whatever it takes. */
const BUILDERS = [
  "add aggregate and categorical constantSOp constantSelector detectPattern div eq full ge gt le",
  "linearSequenceMap lt makeCount makeCountLessFreq makeFracPrevs makeHist makeLength",
  "makeNarySequenceMap makePairBalance makeReverse makeShuffleDyck makeSort makeSortFreq",
  "makeSortUnique makeUniqueTokenExtractor map mul named ne not numerical or orElse select",
  "selectorAnd selectorNot selectorOr selectorWidth sequenceMap shiftBy sub withNumberType withText",
]
  .join(" ")
  .split(" ");

const cyclic: unknown[] = [];
cyclic.push(cyclic);
const itself: Record<string, unknown> = {
  kind: "map",
  name: "m",
  encoding: "categorical",
  f: Math.abs,
};
itself.inner = itself;
const nested = Array.from({ length: 5000 }).reduce<unknown>((inner) => [inner], 1);

const garbage = fc.constantFrom<unknown>(
  undefined,
  null,
  true,
  0,
  -0,
  1,
  -1,
  1.5,
  1e21,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  7n,
  Symbol("s"),
  "",
  "ab",
  "__proto__",
  "constructor",
  "x".repeat(100_000),
  new Date(0),
  new Map([[1, 2]]),
  new Set("a"),
  /x/,
  Object.create(null),
  {},
  { kind: "map", name: "m" },
  { kind: "constructor", name: "m", encoding: "categorical" },
  { kind: "select", name: "s", keys: tokens, queries: 3, predicate: EQ },
  itself,
  {
    get kind() {
      return "map";
    },
    name: Symbol("n"),
  },
  [],
  [1, "a"],
  ["()", "{}"],
  Object.assign([1], { 5: 2 }),
  [undefined],
  cyclic,
  nested,
  [[true, false]],
  Promise.resolve(1),
  new Float64Array(2),
);
const functions = fc.constantFrom<unknown>(
  (x: unknown) => x,
  () => undefined,
  () => ({}),
  async () => 1,
  () => Number.NaN,
  () => [[[]]],
  () => {
    throw new TypeError("no");
  },
  () => {
    throw Symbol("no");
  },
  () => {
    throw Object.create(null);
  },
  (x: string) => x.length,
  EQ,
  Math.max,
  class {},
  Symbol,
);
const expressions = fc.constantFrom<unknown>(
  tokens,
  indices,
  rasp.length,
  full(1),
  map((x) => x, tokens),
  rasp.shiftBy(1, tokens),
  rasp.makeFracPrevs(rasp.eq(tokens, 1)),
  select(tokens, tokens, EQ),
  selectorNot(select(tokens, indices, EQ), { simplify: false }),
);
const argument = fc.oneof({ weight: 2, arbitrary: expressions }, functions, garbage);
const call = fc.tuple(fc.constantFrom(...BUILDERS), fc.array(argument, { maxLength: 5 }));
const input = fc.constantFrom<unknown>("ab", [1, 0], [], [null], garbage, undefined, 5, [
  Symbol("x"),
]);

/** What went wrong otherwise than with one of our errors, or `undefined`. */
function foreignError(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof InterpBenchError && error.message !== "") return undefined;
    return error;
  }
}

describe("a builder of RASP", () => {
  it("is on the list below, if it is exported", () => {
    const made = Object.entries(rasp).filter(
      ([name, value]) =>
        typeof value === "function" &&
        /^(make|selector|aggregate$|map$|sequenceMap|linear|select$|shift|orElse|full)/.test(name),
    );
    for (const [name] of made) expect(BUILDERS).toContain(name);
  });

  it("says of any wrong argument what was expected and what came", () => {
    const builders = rasp as unknown as Record<string, (...args: unknown[]) => unknown>;
    fc.assert(
      fc.property(call, input, ([name, args], xs) => {
        let made: unknown;
        const error = foreignError(() => {
          made = builders[name]!(...args);
        });
        expect(error).toBeUndefined();
        if (!rasp.isExpression(made)) return;
        const program = made;
        expect(foreignError(() => evaluate(program as SOp, xs as RaspValue[]))).toBeUndefined();
        expect(foreignError(() => formatFindings(validate(program)))).toBeUndefined();
      }),
      { numRuns: 4000 },
    );
  });

  it("names the argument", () => {
    const attempt = (action: () => unknown) => {
      try {
        action();
      } catch (error) {
        const { code, at, expected, received } = error as InterpBenchError;
        return [code, at, expected, received];
      }
    };
    const selector = select(tokens, tokens, EQ);
    expect(attempt(() => aggregate(selector, tokens, {} as RaspValue))).toEqual([
      "E_RASP_ARGUMENT",
      "aggregate(selector, sop, fallback): fallback",
      "null, a boolean, a number, a string or an array of these",
      "an empty object",
    ]);
    expect(attempt(() => aggregate(tokens as never, selector as never))).toEqual([
      "E_RASP_ARGUMENT",
      "aggregate(selector, sop, fallback): selector",
      "a selector, such as select(keys, queries, EQ)",
      'the SOp "tokens"',
    ]);
    expect(attempt(() => add(tokens, new Date(0) as never))).toEqual([
      "E_RASP_ARGUMENT",
      "add(a, b): b",
      "null, a boolean, a number, a string or an array of these",
      "an empty object",
    ]);
    expect(attempt(() => evaluate(itself as never, "a"))?.[0]).toBe("E_RASP_ARGUMENT");
  });
});

describe("what a RASP function returns", () => {
  const resultOf = (f: (x: RaspValue) => unknown) => evaluate(map(f as never, tokens), ["a"])[0];
  const truthOf = (result: unknown) =>
    evaluate(select(tokens, tokens, (() => result) as never), ["a"])[0]![0];

  it("must be a value, and a promise, an object or nothing is none", () => {
    expect(() => resultOf(async () => 1)).toThrow("something else than a value");
    expect(() => resultOf(() => new Map())).toThrow("something else than a value");
    expect(() => resultOf(() => undefined)).toThrow("something else than a value");
    expect(() => resultOf(() => cyclic)).toThrow("something else than a value");
    expect(resultOf(() => -0)).toBe(0);
    expect(resultOf(() => Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is the truth of a predicate as Python has it", () => {
    expect([0, "", [], null, false].map(truthOf)).toEqual([false, false, false, false, false]);
    expect([1, "a", [0], true, -1].map(truthOf)).toEqual([true, true, true, true, true]);
  });

  it("must be a value also where predicates are negated or joined", () => {
    const missing = select(tokens, tokens, (() => undefined) as never);
    expect(() => evaluate(selectorNot(missing), "a")).toThrow("something else than a value");
    const always = select(tokens, tokens, () => true);
    expect(() => evaluate(selectorOr(always, missing), "a")).toThrow("something else than a value");
    const empty = select(tokens, tokens, (() => []) as never);
    expect(evaluate(selectorNot(empty), "a")).toEqual([[true]]);
  });
});

describe("tokens with names of the language", () => {
  it("are tokens like others", () => {
    const odd = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    expect(evaluate(rasp.makeHist(), [...odd, "__proto__"])).toEqual([2, 1, 1, 1, 2]);
    const held = rasp.uniqueValues(["__proto__", "__proto__", "constructor"]);
    expect(held).toEqual(["__proto__", "constructor"]);
  });
});

describe("an expression nested 6000 levels", () => {
  const DEEP = 6000;
  const chain = <E extends Expression>(start: E, step: (e: E) => E): E => {
    let expression = start;
    for (let i = 0; i < DEEP; i++) expression = step(expression);
    return expression;
  };

  it("is built, checked and evaluated as a map of maps", () => {
    const composed = chain<SOp>(tokens, (sop) => map((x: number) => x + 1, sop));
    expect(evaluate(composed, [5])).toEqual([5 + DEEP]);
    expect(functionText((composed as rasp.MapSOp).f).length).toBeGreaterThan(DEEP);
    const kept = chain<SOp>(tokens, (sop) => map((x: number) => x + 1, sop, { simplify: false }));
    expect(evaluate(kept, [5])).toEqual([5 + DEEP]);
    expect(validate(kept)).toEqual([]);
  });

  it("is built, checked and evaluated as a sum of sums", () => {
    const sum = chain<SOp>(tokens, (sop) => add(sop, tokens));
    expect(evaluate(sum, [1])).toEqual([1 + DEEP]);
    expect(formatFindings(validate(sum))).toBe("");
    const power = chain<SOp>(tokens, (sop) =>
      sequenceMap((x: number, y: number) => (x + y) % 7, sop, sop),
    );
    expect(evaluate(power, [1])[0]).toBe(2 ** (DEEP % 3) % 7);
  });

  it("is built, checked and evaluated as selectors of selectors", () => {
    const base = select(tokens, tokens, EQ);
    const negated = chain<rasp.Selector>(base, (selector) => selectorNot(selector));
    expect(evaluate(negated, "ab")).toEqual(evaluate(base, "ab"));
    const kept = chain<rasp.Selector>(base, (s) => selectorNot(s, { simplify: false }));
    expect(evaluate(kept, "ab")).toEqual(evaluate(base, "ab"));
    const all = chain<rasp.Selector>(base, (selector) => selectorAnd(selector, base));
    expect(evaluate(all, "ab")).toEqual(evaluate(base, "ab"));
    const doubled = chain<rasp.Selector>(base, (selector) => selectorOr(selector, selector));
    expect(evaluate(doubled, "ab")).toEqual(evaluate(base, "ab"));
    const constant = select(full(1), full(1), EQ);
    const filled = chain<rasp.Selector>(constant, (selector) => selectorAnd(selector, constant));
    expect(evaluate(selectorAnd(filled, base), "ab")).toEqual(evaluate(base, "ab"));
    expect(evaluate(selectorWidth(all), "aab")).toEqual([2, 2, 1]);
    expect(isSelector(all)).toBe(true);
  });

  it("is refused where values would be nested, too", () => {
    const pairs = chain<SOp>(tokens, (sop) => map((x: RaspValue) => [x], sop));
    expect(() => evaluate(named(pairs, "pairs"), "a")).toThrow("something else than a value");
  });
});
