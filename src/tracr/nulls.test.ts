import { describe, expect, it } from "vitest";
import {
  aggregate,
  EQ,
  FALSE,
  formatFindings,
  GEQ,
  GT,
  indices,
  LEQ,
  LT,
  map,
  NEQ,
  named,
  numerical,
  orElse,
  type RaspValue,
  type SOp,
  select,
  selectorAnd,
  selectorNot,
  selectorOr,
  selectorWidth,
  sequenceMap,
  shiftBy,
  TRUE,
  tokens,
  validateDynamic,
} from "../rasp/index.ts";
import { compareWithProgram } from "./agreement.testing.ts";
import { type CompileOptions, compileRasp } from "./index.ts";

type Key = RaspValue;
const digits = { vocab: [0, 1, 2], maxSeqLen: 4 };
const letters = { vocab: ["a", "b"], maxSeqLen: 4 };
const next = () => named(shiftBy(-1, tokens), "next");
const prev = () => named(shiftBy(1, tokens), "prev");
const width = (keys: SOp, queries: SOp, predicate: (k: Key, q: Key) => boolean) =>
  selectorWidth(named(select(keys, queries, predicate), "sel"));

/** Programs whose predicate is true of "no value" where that matters, and what the finding names. */
const WRONG: readonly [string, () => SOp, CompileOptions, string[]][] = [
  [
    "a query without a value, in a width",
    () => width(tokens, next(), (k, q) => q === null || Number(k) > Number(q)),
    digits,
    ["sel(tokens, next)", "q === null", 'the query "next"'],
  ],
  [
    "a key without a value, in a width",
    () => width(prev(), tokens, (k) => k === null),
    letters,
    ["sel(prev, tokens)", "k === null", 'the key "prev"'],
  ],
  [
    "a key without a value, in an aggregate",
    () =>
      aggregate(
        named(
          select(prev(), tokens, (k) => k === null),
          "sel",
        ),
        tokens,
      ),
    letters,
    ["sel(prev, tokens)", 'the key "prev"'],
  ],
  [
    "an inequality that null meets on both sides",
    () => {
      const p = prev();
      return width(p, p, (k, q) => k !== q);
    },
    letters,
    ["sel(prev, prev)", 'the key "prev" or the query "prev"'],
  ],
  [
    "a negated select",
    () => selectorWidth(selectorNot(select(tokens, prev(), (k, q) => k === q))),
    letters,
    ["select(tokens, prev)", 'the query "prev"'],
  ],
  [
    "merged selects of which one accepts null",
    () => {
      const p = prev();
      const same = select(tokens, p, (k, q) => k === q);
      return selectorWidth(
        selectorOr(
          same,
          select(tokens, p, (_, q) => q === null),
        ),
      );
    },
    letters,
    ["select(tokens, prev)", 'the query "prev"'],
  ],
  [
    "a map without a value for some token",
    () =>
      width(
        named(
          map((t) => (t === "a" ? null : t), tokens),
          "only_b",
        ),
        tokens,
        (k, q) => k === null && q === "a",
      ),
    letters,
    ["sel(only_b, tokens)", 'the key "only_b"'],
  ],
  [
    "a query that no token of the input answers",
    () => {
      const place = named(
        aggregate(
          select(tokens, tokens, (k: Key, q: Key) => k === "a" && q === "a"),
          map(() => "x", tokens),
        ),
        "place",
      );
      return width(tokens, place, (_, q) => q !== "x");
    },
    { vocab: ["a", "b"], maxSeqLen: 1 },
    ["sel(tokens, place)", 'the query "place"'],
  ],
  [
    "a causal program",
    () => width(prev(), tokens, (k) => k === null),
    { ...letters, causal: true },
    ["sel(prev, tokens)", 'the key "prev"'],
  ],
];

/** Programs that ask about null and are right all the same. */
const RIGHT: [string, () => SOp, CompileOptions][] = [
  [
    "a key that always has a value",
    () => width(tokens, tokens, (k) => k === null || k === 1),
    digits,
  ],
  [
    "a predicate that is false of null",
    () => width(tokens, next(), (k, q) => q !== null && Number(k) > Number(q)),
    digits,
  ],
  [
    "an inequality to a key that always has a value, where the query has none",
    () => width(tokens, next(), (k, q) => q !== null && k !== q),
    digits,
  ],
  [
    "a position whose output has no value anyway",
    () => {
      const p = prev();
      const count = width(tokens, p, (k, q) => q === null || k === q);
      return sequenceMap((n, t) => [n, t], count, p);
    },
    letters,
  ],
  [
    "null on one side only together with what never occurs on the other",
    () => width(prev(), tokens, (k, q) => k === q || (k === null && q === "c")),
    letters,
  ],
  [
    "keys without a value that no causal query sees",
    () => width(next(), indices, (k, q) => k === null && q === -1),
    { ...letters, causal: true },
  ],
  [
    "an aggregate that never lacks a value",
    () => {
      const self = named(aggregate(select(indices, indices, EQ), tokens), "self");
      return width(self, tokens, (k, q) => k === null || k === q);
    },
    letters,
  ],
];

/** Comparisons of what may have no value. */
for (const comparison of [EQ, NEQ, LT, LEQ, GT, GEQ, TRUE, FALSE]) {
  const name = comparison.comparison;
  RIGHT.push(
    [`${name} of a key that may be missing`, () => width(prev(), tokens, comparison), digits],
    [`${name} of a query that may be missing`, () => width(tokens, next(), comparison), digits],
    [
      `${name} of both, causal`,
      () => width(prev(), prev(), comparison),
      { ...digits, causal: true },
    ],
  );
}

/** The programs above as the finding says they should be written. */
const REWRITTEN: readonly [string, () => SOp, CompileOptions][] = [
  [
    "a query",
    () =>
      width(
        tokens,
        orElse(next(), "none"),
        (k, q) => q === "none" || (typeof q === "number" && Number(k) > q),
      ),
    digits,
  ],
  ["a key", () => width(orElse(prev(), "none"), tokens, (k) => k === "none"), letters],
  [
    "a key whose token is moved",
    () =>
      aggregate(
        select(orElse(prev(), "none"), tokens, (k) => k === "none"),
        tokens,
      ),
    letters,
  ],
  [
    "keys and queries",
    () => {
      const p = orElse(prev(), "none");
      return width(p, p, (k, q) => k !== q);
    },
    letters,
  ],
  ["a fallback of shiftBy", () => shiftBy(-2, tokens, "none"), letters],
  ["a fallback that is a token, too", () => orElse(prev(), "a"), letters],
  [
    "a fallback of a sequence map that is read by another head",
    () => {
      const after = orElse(
        sequenceMap((t, n) => (t === n ? null : `${t}${n}`), tokens, shiftBy(-1, tokens, "$")),
        "same",
      );
      return width(after, after, (k, q) => k === q);
    },
    letters,
  ],
  ["a causal fallback", () => orElse(prev(), "none"), { ...letters, causal: true }],
];

describe("a predicate that is true of no value", () => {
  for (const [what, program, options, names] of WRONG) {
    it(`is refused for ${what}`, () => {
      const refusal = (): unknown => {
        try {
          return compileRasp(program(), options);
        } catch (error) {
          return error;
        }
      };
      const error = refusal() as { code?: string; message: string };
      expect(error.code).toBe("E_RASP_UNSUPPORTED");
      for (const name of names) expect(error.message).toContain(name);
      expect(error.message).toContain("orElse(");
    });
  }

  for (const [what, program, options] of RIGHT) {
    it(`is no matter for ${what}`, () => {
      const { positions, mistakes } = compareWithProgram(program(), options);
      expect(positions).toBeGreaterThan(0);
      expect(mistakes).toBe(0);
    });
  }

  for (const [what, program, options] of REWRITTEN) {
    it(`is mended by orElse for ${what}`, () => {
      const { positions, mistakes } = compareWithProgram(program(), options);
      expect(positions).toBeGreaterThan(0);
      expect(mistakes).toBe(0);
    });
  }

  it("is no matter where the program is for inputs without it", () => {
    const hash = named(
      aggregate(
        select(tokens, tokens, (k: Key) => k === "#"),
        map((t) => t, tokens),
      ),
      "hash",
    );
    const program = () => width(tokens, hash, (k, q) => q === null || k === q);
    const options = { vocab: ["a", "#"], maxSeqLen: 2 };
    expect(() => compileRasp(program(), options)).toThrow("has no value (null)");
    const inputs = [["#"], ["a", "#"], ["#", "a"]];
    expect(compileRasp(program(), { ...options, inputs }).config.nLayers).toBeGreaterThan(0);
  });

  it("is found on an input, too", () => {
    const program = width(prev(), tokens, (k) => k === null);
    expect(formatFindings(validateDynamic(program, "ab"))).toBe(
      '  sel(prev, tokens): the predicate (k) => k === null is true where the key "prev" has no ' +
        'value (null), but attention selects nothing there: on the input ["a", "b"], position 0 ' +
        'is 1 and would be 0; give it a value everywhere with orElse(prev, "none"), and test for that',
    );
    const merged = selectorAnd(
      select(prev(), tokens, () => true),
      select(tokens, tokens, EQ),
      { simplify: false },
    );
    expect(validateDynamic(merged, "ab")).toEqual([]);
  });

  it("does not concern numerical SOps, which orElse refuses", () => {
    const share = numerical(
      aggregate(select(indices, indices, LEQ), numerical(map((t) => t === "a", tokens)), 0),
    );
    expect(() => compileRasp(orElse(share, 0), letters)).toThrow("orElse is for categorical SOps");
  });

  it("names predicates that are made of others by these", () => {
    const refusal = (predicate: (k: Key, q: Key) => boolean) => () =>
      compileRasp(selectorWidth(selectorNot(select(prev(), tokens, predicate))), letters);
    expect(refusal(EQ)).toThrow("the predicate not (EQ) is true where the key");
    expect(refusal((k) => k === "a")).toThrow('the predicate not ((k) => k === "a") is true where');
  });
});
