import { describe, expect, it } from "vitest";
import {
  type ConformanceCase,
  conformanceProgram,
  fromStored,
  readFixture,
} from "./conformance.testing.ts";
import {
  aggregate,
  constantSelector,
  EQ,
  formatFindings,
  full,
  indices,
  LT,
  length,
  map,
  named,
  numerical,
  type SOp,
  select,
  selectorAnd,
  selectorWidth,
  sequenceMap,
  TRUE,
  tokens,
  validate,
  validateDynamic,
  validateStatic,
} from "./index.ts";

/** The original's reasons, by how they begin, and the rule each stands for. */
const RULES: readonly [string, string][] = [
  ["An aggregate's output encoding", "aggregate-encoding"],
  ["Select keys must be categorical", "numerical-select"],
  ["(Non-linear) SequenceMap", "nonlinear-encoding"],
  ["LinearSequenceMap only", "linear-encoding"],
  ["tokens should always be categorical", "numerical-input"],
];

describe("validate", () => {
  const runs = readFixture<ConformanceCase[]>("tracr_test_cases.json.gz");

  for (const run of runs) {
    it(`finds in ${run.name}${run.causal ? " (causal)" : ""} what the original finds`, () => {
      const findings = validateStatic(conformanceProgram(run.name));
      expect(findings.map(({ name, rule }) => [name, rule])).toEqual(
        run.static_validate.map(({ expr, reason }) => [
          expr,
          RULES.find(([start]) => reason.startsWith(start))?.[1],
        ]),
      );
    });
  }

  for (const run of runs.filter((r) => r.group !== "UNSUPPORTED_TEST_CASES")) {
    it(`has nothing to say about ${run.name}${run.causal ? " (causal)" : ""} on its input`, () => {
      expect(run.dynamic_validate).toEqual([]);
      const options = { causal: run.causal };
      const xs = run.input.map(fromStored);
      expect(validateDynamic(conformanceProgram(run.name), xs, options)).toEqual([]);
    });
  }

  for (const run of runs.filter((r) => r.group === "UNSUPPORTED_TEST_CASES")) {
    it(`finds something in ${run.name} given its vocabulary as input`, () => {
      const program = conformanceProgram(run.name);
      expect(validate(program, run.vocab.map(fromStored))).not.toEqual([]);
    });
  }

  it("accepts the inputs", () => {
    expect(validate(tokens, [])).toEqual([]);
    expect(validate(indices)).toEqual([]);
  });

  it("checks every sub-expression, not only the first of each name", () => {
    const wrong = () => selectorWidth(select(numerical(map((x) => x, tokens)), tokens, EQ));
    const program = sequenceMap((x) => x, wrong(), wrong());
    expect(validateStatic(program).map(({ name }) => name)).toEqual(["select", "select"]);
  });

  const all = select(tokens, tokens, TRUE);
  const number = numerical(map((x) => x, tokens));
  const reasons: [string, SOp, string][] = [
    ["a numerical input", numerical(tokens), "tokens must be categorical"],
    [
      "numerical queries",
      selectorWidth(select(tokens, number, EQ)),
      'the queries of a select must be categorical, and "map" is numerical; use categorical(…)',
    ],
    [
      "numerical keys and queries",
      selectorWidth(select(named(number, "value"), number, EQ)),
      'the keys and queries of a select must be categorical, and "value" and "map" are numerical',
    ],
    [
      "an encoding mismatch",
      aggregate(all, number),
      'it is categorical, "map" is numerical; use numerical(…) around the aggregate, or categorical(…) around "map"',
    ],
    [
      "a categorical default",
      aggregate(all, tokens, 0),
      "the default of a categorical aggregate must be null, not 0; write orElse(aggregate(selector, sop), 0)",
    ],
    [
      "a numerical default",
      numerical(aggregate(all, number, 1)),
      "the default of a numerical aggregate must be 0, not 1; write aggregate(selector, sop, 0)",
    ],
    ["a missing numerical default", numerical(aggregate(all, number)), "must be 0, not None"],
    ["the length primitive", map((x) => x, length), "use makeLength()"],
    ["a constant", sequenceMap((x) => x, tokens, full(1)), "use map(() => value, indices)"],
    ["a fixed matrix", selectorWidth(constantSelector([[true]])), "a fixed sequence or matrix"],
    [
      "a composite selector",
      selectorWidth(selectorAnd(all, select(indices, indices, LT))),
      '"selector_and" cannot be one attention pattern',
    ],
  ];
  it.each(reasons)("explains %s", (_, program, reason) => {
    const findings = validateStatic(program);
    expect(findings.length).toBe(1);
    expect(findings[0]!.reason).toContain(reason);
  });

  it("accepts false as the default of a numerical aggregate, and 0.0", () => {
    expect(validateStatic(numerical(aggregate(all, number, false)))).toEqual([]);
    expect(validateStatic(numerical(aggregate(all, number, -0)))).toEqual([]);
  });

  it("sees on an input that an aggregate averages categories or large numbers", () => {
    const mean = named(aggregate(all, tokens), "mean");
    const findings = validateDynamic(mean, [1, 3]);
    expect(formatFindings(findings)).toBe(
      "  mean(select, tokens): a categorical aggregate moves one value per query, but here {1, 3} are selected by one",
    );
    expect(validateDynamic(mean, [1])).toEqual([]);
    // The mean of equal values is one of them.
    expect(validateDynamic(mean, [2, 2])).toEqual([]);
    const numbers = numerical(aggregate(all, number, 0));
    expect(validateDynamic(numbers, [0, 1])).toEqual([]);
    expect(formatFindings(validateDynamic(numbers, [0, 2]))).toBe(
      "  aggregate(select, map): a numerical aggregate averages 0 and 1 (or averages of these) only, not {0, 2}",
    );
  });
});
