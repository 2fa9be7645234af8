import { describe, expect, it } from "vitest";
import {
  type ConformanceCase,
  conformanceProgram,
  fromStored,
  plain,
  readFixture,
  type StoredValue,
} from "./conformance.testing.ts";
import {
  add,
  aggregate,
  and,
  constantSelector,
  constantSOp,
  div,
  EQ,
  type Expression,
  eq,
  evaluate,
  FALSE,
  full,
  GEQ,
  indices,
  isSelector,
  LEQ,
  LT,
  length,
  linearSequenceMap,
  map,
  mul,
  NEQ,
  named,
  ne,
  not,
  or,
  type SelectorMatrix,
  type Sequence,
  select,
  selectorAnd,
  selectorNot,
  selectorOr,
  selectorWidth,
  sequenceMap,
  shiftBy,
  sub,
  TRUE,
  tokens,
} from "./index.ts";

interface StoredRun {
  readonly input: string | readonly StoredValue[];
  readonly value?: readonly (StoredValue | readonly boolean[])[];
  readonly causal?: readonly (StoredValue | readonly boolean[])[];
  readonly value_error?: string;
  readonly causal_error?: string;
}

const greaterThanOne = () => map((x: number) => (x > 1 ? x : null), tokens);
const equalIndex = select(tokens, indices, EQ);
const average = aggregate(select(indices, indices, TRUE), tokens);
const move = aggregate(select(indices, indices, EQ), tokens);
const compoundOr = selectorOr(select(tokens, indices, LEQ), select(indices, indices, EQ));

/** The stored expressions of `rasp_eval_fork.json`. */
const EXPRESSIONS: Readonly<Record<string, Expression>> = {
  tokens,
  indices,
  length,
  map_none_passthrough: map((x: number) => x + 1, tokens),
  map_returning_none: greaterThanOne(),
  seqmap_none: sequenceMap((x: number, y: number) => x + y, greaterThanOne(), tokens),
  linear_seqmap: linearSequenceMap(tokens, indices, 2, -0.5),
  full: full(7),
  selector_width_true: selectorWidth(select(tokens, tokens, TRUE)),
  selector_width_none: selectorWidth(select(tokens, tokens, FALSE)),
  agg_mean_int: average,
  agg_mean_bool: average,
  agg_mean_float: average,
  agg_mean_int_then_float: average,
  agg_mean_float_then_int: average,
  agg_str_single: move,
  agg_str_multi: average,
  agg_none_single: move,
  agg_none_multi: average,
  agg_default_none: aggregate(select(tokens, tokens, FALSE), tokens),
  agg_default_0: aggregate(select(tokens, tokens, FALSE), tokens, 0),
  select_none_key_cmp: select(tokens, indices, EQ),
  select_none_key_lambda: select(tokens, tokens, (key) => key === null),
  cmp_lt: select(tokens, tokens, LT),
  cmp_geq: select(tokens, tokens, GEQ),
  cmp_neq: select(tokens, tokens, NEQ),
  selector_and_simplified: selectorAnd(select(tokens, indices, LEQ), select(tokens, indices, GEQ)),
  selector_or: compoundOr,
  selector_not: selectorNot(equalIndex),
  selector_not_compound: selectorNot(compoundOr),
  dunder_sub_rsub: sub(1, sub(tokens, indices)),
  dunder_div: div(tokens, 2),
  dunder_rdiv: div(6, tokens),
  dunder_and_sop: and(tokens, indices),
  dunder_or_sop: or(tokens, indices),
  dunder_rand_const: and(2, tokens),
  dunder_ror_const: or(2, tokens),
  dunder_invert: not(tokens),
  dunder_eq_const: eq(tokens, 1),
  dunder_ne_const: ne(tokens, "a"),
  dunder_eq_sop_is_const_compare: eq(tokens, indices),
  bool_int_pattern: and(shiftBy(1, eq(tokens, "a")), eq(tokens, "b")),
  shift_default_then_map: mul(shiftBy(1, tokens), 2),
};

/** Where the interpreter deliberately gives a value although the original fails. */
const IMPROVED: Readonly<Record<string, string>> = {
  agg_mean_float: "rows of floats are averaged like rows of integers",
  agg_mean_float_then_int: "rows of floats are averaged like rows of integers",
  dunder_eq_sop_is_const_compare: "two SOps are compared position by position",
  select_none_key_cmp: "a comparison selects nothing where there is no value",
};

function outcome(program: Expression, xs: Sequence | string, causal: boolean): unknown {
  try {
    const value = isSelector(program)
      ? evaluate(program, xs, { causal })
      : evaluate(program, xs, { causal });
    return (value as Sequence | SelectorMatrix).map((row) => plain(row));
  } catch {
    return "error";
  }
}

describe("evaluate", () => {
  it("maps the empty sequence to the empty sequence", () => {
    expect(evaluate(tokens, [])).toEqual([]);
    expect(evaluate(selectorWidth(select(tokens, tokens, TRUE)), [])).toEqual([]);
    expect(evaluate(select(tokens, tokens, TRUE), "")).toEqual([]);
  });

  it("maps a sequence of one", () => {
    expect(evaluate(length, ["a"])).toEqual([1]);
    expect(evaluate(select(tokens, tokens, EQ), ["a"])).toEqual([[true]]);
    expect(evaluate(aggregate(select(tokens, tokens, EQ), tokens), ["a"])).toEqual(["a"]);
  });

  const stored = readFixture<Record<string, StoredRun[]>>("rasp_eval_fork.json");
  it("knows every stored expression", () => {
    expect(Object.keys(EXPRESSIONS).sort()).toEqual(Object.keys(stored).sort());
  });

  for (const [name, runs] of Object.entries(stored)) {
    const program = EXPRESSIONS[name]!;
    it(`equals the original on ${name}`, () => {
      if (name !== "dunder_eq_sop_is_const_compare") {
        expect(program.name).toBe((runs[0] as unknown as { readonly name: string }).name);
      }
      for (const run of runs.slice(1)) {
        const xs = typeof run.input === "string" ? run.input : run.input.map(fromStored);
        for (const causal of [false, true]) {
          const expected = causal ? run.causal : run.value;
          const error = causal ? run.causal_error : run.value_error;
          const values = expected?.map((row) =>
            Array.isArray(row) ? plain(row) : plain(fromStored(row as StoredValue)),
          );
          if (error !== undefined && IMPROVED[name] !== undefined) {
            expect(outcome(program, xs, causal), IMPROVED[name]).not.toBe("error");
          } else {
            expect(outcome(program, xs, causal)).toEqual(values ?? "error");
          }
        }
      }
    });
  }

  it("averages floats", () => {
    expect(evaluate(average, [1.5, 2.5])).toEqual([2, 2]);
    expect(evaluate(average, [2.5, 1], { causal: true })).toEqual([2.5, 1.75]);
    expect(evaluate(eq(tokens, indices), [0, 5])).toEqual([true, false]);
  });

  const cases = readFixture<ConformanceCase[]>("tracr_test_cases.json.gz");
  for (const run of cases.filter((c) => c.group !== "UNSUPPORTED_TEST_CASES")) {
    it(`computes ${run.name}${run.causal ? " causally" : ""} as the original does`, () => {
      const program = conformanceProgram(run.name);
      const xs = run.input.map(fromStored);
      const stored = (values: readonly StoredValue[]) => values.map((v) => plain(fromStored(v)));
      const computed = (causal: boolean) => evaluate(program, xs, { causal }).map(plain);
      expect(computed(false)).toEqual(stored(run.rasp_output));
      expect(computed(true)).toEqual(stored(run.causal_rasp_output));
    });
  }

  it("evaluates a shared sub-expression once", () => {
    let calls = 0;
    let sop = map((x: number) => {
      calls++;
      return x;
    }, tokens) as ReturnType<typeof add>;
    for (let i = 0; i < 60; i++) sop = add(sop, sop);
    expect(evaluate(sop, [1])).toEqual([2 ** 60]);
    expect(calls).toBe(1);
  });

  it("masks every selector, also inside of a negation, when causal", () => {
    const all = constantSelector([
      [true, true],
      [true, true],
    ]);
    expect(evaluate(all, "ab", { causal: true })).toEqual([
      [true, false],
      [true, true],
    ]);
    const none = selectorNot(all);
    expect(evaluate(none, "ab", { causal: true })).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it("never shows a negative zero", () => {
    expect(
      evaluate(
        map((x: number) => -x, tokens),
        [0],
      ),
    ).toEqual([0]);
    expect(evaluate(linearSequenceMap(tokens, tokens, -1, -1), [0])).toEqual([0]);
  });

  it("checks the length of constants unless told otherwise", () => {
    expect(evaluate(constantSOp([1, 2]), "ab")).toEqual([1, 2]);
    expect(() => evaluate(constantSOp([1, 2]), "abc")).toThrow(
      expect.objectContaining({
        code: "E_RASP_LENGTH",
        at: '"constant_sop"',
        expected: "3 values",
        received: "2 values",
      }),
    );
    expect(evaluate(constantSOp([1, 2], { checkLength: false }), "abc")).toEqual([1, 2]);
  });

  it("names the sub-expression that has no mean", () => {
    const program = named(average, "mixed");
    expect(() => evaluate(program, "ab")).toThrow(
      expect.objectContaining({
        code: "E_RASP_AGGREGATE",
        at: '"mixed"',
        received: '{"a", "b"}',
      }),
    );
  });

  it("names the sub-expression whose function fails, and its argument", () => {
    const failing = named(
      map((x: string) => x.toUpperCase(), tokens),
      "shout",
    );
    expect(() => evaluate(failing, [1])).toThrow(
      expect.objectContaining({ code: "E_RASP_FUNCTION", at: '"shout" of 1' }),
    );
    expect(() => evaluate(named(div(1, tokens), "inverse"), [0])).toThrow(
      expect.objectContaining({
        code: "E_RASP_ARITHMETIC",
        message: "division of 1 by zero",
        at: '"inverse" of 0',
      }),
    );
    expect(() =>
      evaluate(
        map(() => Number.NaN, tokens),
        [0],
      ),
    ).toThrow(expect.objectContaining({ code: "E_RASP_ARITHMETIC" }));
    expect(() =>
      evaluate(
        map(() => undefined as never, tokens),
        [0],
      ),
    ).toThrow(
      expect.objectContaining({
        code: "E_RASP_VALUE",
        received: "undefined (is a return missing?)",
      }),
    );
  });
});
