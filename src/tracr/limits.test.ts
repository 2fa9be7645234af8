import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import {
  add,
  aggregate,
  EQ,
  indices,
  makeHist,
  map,
  type RaspValue,
  type SOp,
  select,
  selectorNot,
  selectorWidth,
  sequenceMap,
  shiftBy,
  tokens,
} from "../rasp/index.ts";
import { type CompileOptions, compileRasp, compileWarnings } from "./index.ts";

const chain = (count: number, step: (sop: SOp) => SOp): SOp => {
  let sop: SOp = tokens;
  for (let i = 0; i < count; i++) sop = step(sop);
  return sop;
};
const small = { vocab: [0, 1], maxSeqLen: 3 };
const numbersUpTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("a program of thousands of levels", () => {
  it("compiles where the transformer has few layers", () => {
    expect(
      compileRasp(
        chain(5000, (s) => map((x: number) => 1 - x, s)),
        small,
      ).config.nLayers,
    ).toBe(1);
    let selector: Parameters<typeof selectorWidth>[0] = select(tokens, tokens, EQ);
    for (let i = 0; i < 5000; i++) selector = selectorNot(selector);
    expect(compileWarnings(compileRasp(selectorWidth(selector), small))).toEqual([]);
  });

  it("is refused by its size where it would not fit in memory", () => {
    const deep: SOp[] = [
      chain(1900, (s) => aggregate(select(indices, indices, EQ), s)),
      chain(1100, (s) => add(s, tokens)),
    ];
    for (const program of deep) {
      expect(() => compileRasp(program, small)).toThrow(
        expect.objectContaining({ code: "E_TRACR_SIZE" }),
      );
    }
  });
});

describe("a program of many values", () => {
  it("is refused before its matrices are made", () => {
    const parity = map((x: number) => x % 2, tokens);
    const pair = sequenceMap(
      (x: number) => x,
      tokens,
      map((x: number) => x + 1, tokens),
    );
    const attempts: [SOp, CompileOptions][] = [
      [parity, { vocab: numbersUpTo(20_000), maxSeqLen: 3 }],
      [pair, { vocab: numbersUpTo(900), maxSeqLen: 3 }],
      [pair, { vocab: numbersUpTo(2000), maxSeqLen: 3 }],
      [map((i: number) => i % 2, indices), { vocab: [1], maxSeqLen: 20_000 }],
    ];
    for (const [program, options] of attempts) {
      expect(() => compileRasp(program, options)).toThrow(
        expect.objectContaining({ code: "E_TRACR_SIZE" }),
      );
    }
  });

  it("is examined on what can be afforded", () => {
    const nulls = selectorWidth(select(shiftBy(1, tokens), tokens, (k) => k === null));
    const long = { vocab: ["a", "b"], maxSeqLen: 60 };
    expect(() => compileRasp(nulls, long)).toThrow("has no value (null)");
    const warnings = compileWarnings(compileRasp(makeHist(), { vocab: ["a", "b"], maxSeqLen: 20 }));
    expect(warnings).toMatchObject([{ code: "W_TRACR_WIDTH", fromLength: 10 }]);
  });
});

describe("compileRasp", () => {
  it("says of any wrong argument what was expected and what came", () => {
    const garbage = fc.constantFrom<unknown>(
      undefined,
      null,
      0,
      -1,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1e9,
      5n,
      Symbol("s"),
      "",
      "ab",
      {},
      [],
      [undefined],
      [[0, 1], [5]],
      [{}],
      new Set(["a"]),
      () => {
        throw new TypeError("no");
      },
      Object.create(null),
    );
    const kept = <T>(value: T) =>
      fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(value) }, garbage);
    const options = fc.oneof(
      {
        weight: 9,
        arbitrary: fc.record({
          vocab: kept([0, 1]),
          maxSeqLen: kept(3),
          causal: kept(false),
          bos: kept("BOS"),
          pad: kept("PAD"),
          mlpExactness: kept(100),
          inputs: kept(undefined),
        }),
      },
      garbage,
    );
    fc.assert(
      fc.property(kept<SOp>(makeHist()), options, (program, chosen) => {
        try {
          expect(compileWarnings(compileRasp(program as SOp, chosen as CompileOptions))).toEqual(
            [],
          );
        } catch (error) {
          expect(error).toBeInstanceOf(InterpBenchError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("takes tokens with names of the language", () => {
    const vocab: RaspValue[] = ["__proto__", "constructor", "toString"];
    const compiled = compileRasp(makeHist(), { vocab, maxSeqLen: 3 });
    const { inputEncoder } = compiled;
    expect([...inputEncoder.values].sort()).toEqual(["BOS", "PAD", ...vocab]);
    expect(compileWarnings(compiled)).toEqual([]);
  });
});
