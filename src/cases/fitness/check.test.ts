import { beforeAll, describe, expect, it } from "vitest";
import { type Backend, wasmBackend } from "../../engine/index.ts";
import {
  aggregate,
  EQ,
  evaluate,
  indices,
  map,
  named,
  numerical,
  type RaspValue,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  TRUE,
  tokens,
  valueKey,
} from "../../rasp/index.ts";
import type { RaspDefinition } from "../definition.ts";
import { checkCase, getCase, makeCase, openSeries } from "../index.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await wasmBackend();
});

const check = (program: SOp, facts: Partial<RaspDefinition> = {}) =>
  checkCase(
    makeCase({
      id: "mine",
      task: "A task.",
      vocab: ["a", "b"],
      maxSeqLen: 4,
      categorical: program.encoding === "categorical",
      ...facts,
      program: () => program,
    }),
    backend,
  );

const isA = named(
  map((x: string) => x === "a", tokens),
  "is_a",
);
const count = named(selectorWidth(select(tokens, tokens, EQ)), "count");

const codes = ({ findings }: ReturnType<typeof check>) =>
  findings.map(({ kind, code }) => `${kind} ${code}`);

describe("a program that is fit to be a case", () => {
  it("is so on all its inputs, and each of its variables does something", () => {
    const found = check(count, { minSeqLen: 2 });
    expect(found).toMatchObject({
      fit: true,
      findings: [],
      exhaustive: true,
      inputs: 8,
      stopped: 0,
    });
    expect(found.exactness).toMatchObject({ exhaustive: true, inputs: 8 + 4 + 2, mistakes: 0 });
    expect(found.outputs.frequent.map(({ value }) => value)).toEqual([2, 1, 3]);
    expect(found.outputs.frequent.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("has the effects that exchanging values by hand gives", () => {
    const [sum, facts] = [
      named(
        sequenceMap((x: RaspValue, y: RaspValue) => (y ? x : 0), count, isA),
        "sum",
      ),
      { vocab: ["a", "b"], maxSeqLen: 3 },
    ];
    const inputs = ["aa", "ab", "ba", "bb"];
    const pairs = inputs.flatMap((base) => inputs.map((source) => [base, source] as const));
    const changed = pairs.filter(([base, source]) => {
      const other = evaluate(count, source).map((x, i) => (evaluate(isA, base)[i] ? x : 0));
      return valueKey(other) !== valueKey(evaluate(sum, base));
    });
    const effect = check(sum, facts).variables.find(({ name }) => name.startsWith("count"))!;
    expect(effect).toMatchObject({ effect: changed.length / 16, pairs: 16, isConstant: false });
  });

  it("is what generated cases are", async () => {
    const { at } = await openSeries({ seed: "3", family: { size: "small" } }, { backend });
    for (const number of [0, 1, 2]) {
      const found = checkCase(at(number).case_, backend);
      expect(found.fit, found.task).toBe(true);
      expect(found.variables.every(({ effect }) => effect > 0)).toBe(true);
    }
  });
});

describe("what speaks against a program", () => {
  const previous = named(
    aggregate(
      select(indices, indices, (k, q) => k === Number(q) - 1),
      tokens,
    ),
    "previous",
  );

  it("is a compiled transformer that is wrong, with the reason", () => {
    const wide = check(count, { maxSeqLen: 14, vocab: ["a", "b", "c"] });
    expect(wide.fit).toBe(false);
    expect(wide.findings[0]).toMatchObject({ kind: "fault", code: "inexact" });
    expect(wide.findings[0]!.message).toMatch(/is wrong at \d+ of \d+ positions; /);
    expect(wide).toMatchObject({ exhaustive: false, exactness: { exhaustive: false } });
  });

  it("is a number that becomes none, because weights overflow", () => {
    const share = numerical(aggregate(select(tokens, tokens, TRUE), numerical(isA), 0));
    const leap = numerical(map((x: number) => (x > 0.4 ? 3e38 : -3e38), share));
    const found = check(leap);
    expect(found).toMatchObject({ fit: false, exactness: { deviation: Number.NaN } });
    expect(found.findings[0]).toMatchObject({
      kind: "fault",
      code: "inexact",
      message: expect.stringContaining("gives something that is not a number"),
    });
  });

  it("is an output that is always the same, or nearly so", () => {
    expect(codes(check(selectorWidth(select(indices, indices, EQ))))).toContain("fault constant");
    const rare = check(
      map((x: number) => x === 3 && "all", count),
      { vocab: ["a", "b", "c"] },
    );
    expect(codes(rare)).toContain("remark uneven");
    expect(rare.findings.find(({ code }) => code === "uneven")!.message).toBe(
      "who always says False is right at 88.9 % of positions",
    );
  });

  it("is a variable that never makes a difference", () => {
    const found = check(sequenceMap((x: RaspValue) => x, count, isA));
    expect(codes(found)).toEqual(["fault decoy"]);
    expect(found.findings[0]!.message).toContain("the variable is_a_3 makes no difference");
  });

  it("is, as a remark, a variable made of positions", () => {
    const place = named(
      map((x: number) => x % 2, indices),
      "parity",
    );
    const found = check(
      sequenceMap((x: RaspValue, y: RaspValue) => Number(x) + Number(y), count, place),
    );
    expect(codes(found)).toEqual(["remark silent"]);
    expect(found.findings[0]!.message).toContain("parity_3");
  });

  it("is, as a remark, that no attention is needed, and that there often is no value", () => {
    expect(codes(check(isA))).toEqual(["remark local"]);
    const twice = aggregate(
      select(indices, indices, (k, q) => k === Number(q) - 2),
      tokens,
    );
    expect(codes(check(twice))).toContain("remark absent");
  });

  it("is, as a remark, that some inputs of its list are never taken", () => {
    const found = check(count, { inputs: ["ab", "ba", "aab", "abb", "bab"] });
    expect([found.inputs, found.exactness!.inputs]).toEqual([3, 5]);
    expect(codes(found)).toContain("remark short");
    expect(found.findings.find(({ code }) => code === "short")!.message).toBe(
      "2 of the 5 listed inputs are shorter than the longest, and commands take inputs of full length",
    );
  });

  it("is that it stops, unless it names its inputs", () => {
    const mean = named(aggregate(select(tokens, tokens, TRUE), previous), "mean");
    const found = check(mean);
    expect(codes(found)[0]).toMatch(/stops$/);
    expect(found.inputs + found.stopped).toBe(8);
    const named_ = check(mean, { inputs: ["a", "b"], minSeqLen: 2, maxSeqLen: 2 });
    expect(named_.stopped).toBe(0);
  });

  it("is said of cases of the catalogue, too, and of functions", () => {
    expect(codes(checkCase(getCase("8"), backend))).toContain("remark local");
    expect(checkCase(getCase("3"), backend).fit).toBe(true);
    const functions = checkCase(
      makeCase({
        id: "functions",
        task: "Whether the first token is here.",
        vocab: ["a", "b"],
        maxSeqLen: 4,
        variables: {
          first: { reads: ["tokens"], compute: ({ tokens: t = [] }) => t.map(() => t[0]!) },
          unused: { reads: ["tokens"], compute: ({ tokens: t = [] }) => t.map((x) => x) },
          same: {
            reads: ["tokens", "first", "unused"],
            compute: ({ tokens: t = [], first = [] }) => t.map((x, i) => x === first[i]),
          },
        },
        output: "same",
        classes: [true, false],
        places: {
          first: [{ layer: 0, head: 0 }],
          unused: [{ layer: 0, head: 1 }],
          same: [{ layer: 0, head: "mlp" }],
        },
        shape: { nLayers: 1, nHeads: 2, dHead: 4 },
      }),
      backend,
    );
    expect(functions.exactness).toBeUndefined();
    expect(codes(functions)).toEqual(["fault decoy"]);
  });

  it("is nothing for a number that is exact", () => {
    const share = numerical(
      aggregate(
        select(tokens, tokens, EQ),
        numerical(map((x: string) => (x === "a" ? 1 : 0), tokens)),
        0,
      ),
    );
    expect(check(share).exactness).toMatchObject({ deviation: expect.any(Number) });
  });
});
