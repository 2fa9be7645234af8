import { describe, expect, it } from "vitest";
import {
  add,
  aggregate,
  and,
  div,
  divide,
  EQ,
  eq,
  indices,
  LT,
  length,
  makeFracPrevs,
  makeHist,
  makeLength,
  makeReverse,
  makeSort,
  map,
  named,
  numerical,
  type RaspValue,
  type SOp,
  select,
  selectorAnd,
  selectorOr,
  selectorWidth,
  sequenceMap,
  TRUE,
  tokens,
} from "../rasp/index.ts";
import { forward } from "./forward.testing.ts";
import {
  type CompiledProgram,
  type CompileOptions,
  compileRasp,
  compileWarnings,
  decodeLogits,
  encodeTokens,
} from "./index.ts";

const identity = () => map((x) => x, tokens);
const compile = (program: SOp, options: Partial<CompileOptions> = {}) =>
  compileRasp(program, { vocab: [0, 1, 2], maxSeqLen: 3, ...options });

function run(compiled: CompiledProgram, xs: readonly RaspValue[]): RaspValue[] {
  const ids = encodeTokens(compiled.inputEncoder, ["BOS", ...xs]);
  const logits = forward(compiled, ids).get("logits")!;
  const width = compiled.config.dVocabOut;
  return xs.map((_, i) =>
    decodeLogits(compiled.outputEncoder, logits.subarray((i + 1) * width, (i + 2) * width)),
  );
}

describe("compileRasp", () => {
  it("compiles an input to a transformer without layers", () => {
    const compiled = compile(tokens);
    expect(compiled.config).toMatchObject({
      nLayers: 0,
      nHeads: 1,
      dHead: 1,
      dMlp: 1,
      dVocabOut: 3,
    });
    expect(run(compiled, [2, 0])).toEqual([2, 0]);
    expect(run(compile(indices), [2, 0])).toEqual([0, 1]);
  });

  it("compiles for a vocabulary of one and sequences of one", () => {
    const compiled = compile(identity(), { vocab: ["a"], maxSeqLen: 1 });
    expect(compiled.config).toMatchObject({ nLayers: 1, nCtx: 2, dVocab: 3, dVocabOut: 1 });
    expect(run(compiled, ["a"])).toEqual(["a"]);
  });

  it("computes small programs", () => {
    const sum = (a: SOp, b: SOp) => sequenceMap((x: number, y: number) => x + y, a, b);
    const two = map(() => 1, tokens);
    const programs: [SOp, RaspValue[]][] = [
      [map((x: number) => x + 1, tokens), [3, 1, 2]],
      [sum(tokens, indices), [2, 1, 3]],
      [sum(tokens, tokens), [4, 0, 2]],
      [aggregate(select(tokens, tokens, EQ), two), [1, 1, 1]],
    ];
    for (const [program, expected] of programs) {
      expect(run(compile(program), [2, 0, 1])).toEqual(expected);
    }
  });

  it("needs no tokens in the program", () => {
    const compiled = compile(map((i: number) => i * 2, indices));
    expect(compiled.residualLabels).toContain("tokens:1");
    expect(run(compiled, [0, 0, 0])).toEqual([0, 2, 4]);
  });

  it("takes a program with heads wider than any query or key", () => {
    const one = map(() => 0, tokens);
    const vocab = Array.from({ length: 20 }, (_, i) => i);
    const program = aggregate(select(indices, indices, EQ), tokens);
    const wide = compile(program, { vocab, maxSeqLen: 2 });
    expect(wide.config.dHead).toBe(20);
    expect(run(wide, [7, 19])).toEqual([7, 19]);
    expect(run(compile(aggregate(select(one, one, EQ), one)), [1])).toEqual([0]);
  });

  it("is fast where the number of paths is exponential: 40 shared levels", () => {
    let sop: SOp = eq(tokens, 1);
    for (let i = 0; i < 40; i++) sop = and(sop, sop);
    const compiled = compile(sop);
    expect(compiled.config.nLayers).toBe(41);
    expect(compiled.graph.nodes.size).toBe(42);
    expect(run(compiled, [0, 1])).toEqual([false, true]);
  });

  it("calls each function once per value or pair of values", () => {
    let calls = 0;
    const counted = sequenceMap(
      (x: number, y: number) => {
        calls++;
        return x + y;
      },
      tokens,
      indices,
    );
    compile(add(counted, counted));
    expect(calls).toBe(9);
  });

  it("gives the same program the same bytes", () => {
    const bytes = () => {
      const { weights, residualLabels } = compile(makeSort(tokens, tokens, 3, 1));
      return JSON.stringify([residualLabels, [...weights].map(([key, w]) => [key, ...w.data])]);
    };
    expect(bytes()).toBe(bytes());
  });

  it("freezes its result", () => {
    const compiled = compile(makeReverse(tokens));
    expect(Object.isFrozen(compiled)).toBe(true);
    expect(Object.isFrozen(compiled.spaces.residual.directions)).toBe(true);
    expect(Object.isFrozen(compiled.config)).toBe(true);
  });
});

describe("the wiring", () => {
  it("of nothing is empty", () => {
    expect(compile(tokens).wiring).toEqual([]);
  });

  it("names the nodes each head and MLP reads and writes, without constants", () => {
    const program = makeFracPrevs(named(eq(tokens, 1), "is_one"));
    expect(compile(program).wiring).toEqual([
      { kind: "mlp", layer: 0, nodes: ["is_one_3"], reads: ["tokens"], writes: ["is_one_3"] },
      {
        kind: "head",
        layer: 1,
        head: 0,
        node: "frac_prevs_1",
        query: ["indices"],
        key: ["indices"],
        value: ["is_one_3"],
        writes: ["frac_prevs_1"],
      },
    ]);
  });

  it("shows the two steps of selector widths, and heads side by side", () => {
    const program = sequenceMap((f: number, n: number) => f < n, makeHist(), makeLength());
    const head = (index: number, node: string) => ({
      kind: "head",
      layer: 0,
      head: index,
      node,
      query: ["tokens"],
      key: ["tokens"],
      value: [],
      writes: [`${node}_selector_width_attn_output`],
    });
    const inverse = ["hist_2_selector_width_attn_output", "length_3_selector_width_attn_output"];
    expect(compile(program).wiring).toEqual([
      head(0, "hist_2"),
      head(1, "length_3"),
      {
        kind: "mlp",
        layer: 0,
        nodes: ["hist_2", "length_3"],
        reads: inverse,
        writes: ["hist_2", inverse[0], "length_3", inverse[1]],
      },
      {
        kind: "mlp",
        layer: 1,
        nodes: ["sequence_map_1"],
        reads: ["hist_2", "length_3"],
        writes: ["sequence_map_1"],
      },
    ]);
  });
});

describe("warnings", () => {
  it("tell where a function has no value, and the transformer then has none either", () => {
    const inverse = named(
      map((x: number) => divide(1, x), tokens),
      "inverse",
    );
    const compiled = compile(inverse);
    expect(compileWarnings(compiled).map(({ code, node }) => [code, node])).toEqual([
      ["W_TRACR_ARITHMETIC", "inverse_1"],
    ]);
    expect(run(compiled, [1, 2, 0])).toEqual([1, 0.5, 0.5]);
  });

  it("tell of values that a function lacks only where the program meets them, once", () => {
    const own = selectorWidth(select(tokens, tokens, EQ));
    const share = named(div(tokens, own), "share");
    expect(compileWarnings(compile(share, { vocab: [1, 2] }))).toEqual([]);
    const twice = named(
      div(
        tokens,
        map((x: number) => (x > 1 ? 1 : 0), tokens),
      ),
      "twice",
    );
    expect(compileWarnings(compile(twice, { vocab: [-1, 0, 1, 2] }))).toEqual([
      {
        code: "W_TRACR_ARITHMETIC",
        node: "twice_1",
        message: expect.stringMatching(/^division of -?[01] by zero \(at "twice" of/),
      },
    ]);
  });

  it("tell of a class that does not stand out", () => {
    const mean = aggregate(select(tokens, tokens, TRUE), tokens);
    const tied = map((x: number) => (x === 1 ? 0 : x + 5), mean);
    const [warning] = compileWarnings(compile(tied, { vocab: [0, 1, 2], inputs: [[0, 1, 2]] }));
    expect(warning!.message).toContain("position 0 of [0, 1, 2] is 0 no more than other values. ");
  });

  it("tell where negative numbers are lost", () => {
    const negated = numerical(map((x: number) => -x, tokens));
    const compiled = compile(negated);
    expect(compileWarnings(compiled)).toEqual([
      {
        code: "W_TRACR_NEGATIVE",
        node: "map_1",
        fromLength: 1,
        message:
          "a numerical map of a categorical SOp writes negative numbers as 0, here of 1. The output is wrong from 1 token on (on 36 of 39 inputs tried): position 0 of [1] is 0 instead of -1. Write the positive and the negative part apart: linearSequenceMap(positive, negative, 1, -1).",
      },
    ]);
    expect(run(compiled, [1, 2])).toEqual([0, 0]);
  });

  it("tell which selector widths come out wrong", () => {
    const warned = (program: SOp, options: Partial<CompileOptions>) =>
      compileWarnings(compile(program, options)).map(({ code, node, fromLength }) => [
        code,
        node,
        fromLength,
      ]);
    expect(warned(makeLength(), { maxSeqLen: 9 })).toEqual([]);
    expect(warned(makeLength(), { maxSeqLen: 10 })).toEqual([["W_TRACR_WIDTH", "length_1", 10]]);
    expect(warned(makeLength(), { maxSeqLen: 10, mlpExactness: 120 })).toEqual([]);
    expect(warned(numerical(makeLength()), { maxSeqLen: 7 })).toEqual([
      ["W_TRACR_WIDTH", "length_1", 7],
    ]);
    expect(warned(numerical(makeLength()), { maxSeqLen: 6 })).toEqual([]);
    for (const [maxSeqLen, decoded] of [
      [9, 9],
      [10, 9],
    ] as const) {
      const compiled = compile(makeLength(), { maxSeqLen });
      expect(run(compiled, Array(maxSeqLen).fill(0))[0]).toBe(decoded);
    }
  });

  it("are absent from clean programs", () => {
    expect(compileWarnings(compile(makeReverse(tokens)))).toEqual([]);
  });
});

describe("what cannot be compiled", () => {
  it("is listed by name, all of it", () => {
    const selector = named(
      selectorAnd(select(tokens, tokens, TRUE), select(indices, indices, LT)),
      "both",
    );
    const program = sequenceMap((x) => x, selectorWidth(selector), named(add(length, 1), "n"));
    expect(() => compile(program)).toThrow(
      expect.objectContaining({
        code: "E_RASP_UNSUPPORTED",
        message: [
          "the program cannot be compiled:",
          '  selector_width(both): "both" cannot be one attention pattern; write one select with a predicate that tests it all; where keys or queries differ, make pairs of them: sequenceMap((x, y) => [x, y], …)',
          "  length: the length is not an input of the transformer; use makeLength()",
        ].join("\n"),
      }),
    );
  });

  it("includes a selector that is not aggregated", () => {
    const selector = selectorOr(select(tokens, tokens, EQ), select(tokens, tokens, EQ));
    expect(() => compile(selector as unknown as SOp)).toThrow(
      expect.objectContaining({ code: "E_RASP_UNSUPPORTED", received: "a selector" }),
    );
  });

  it("includes numerical maps without a number for some category", () => {
    const partial = numerical(map((x: number) => (x > 0 ? x : null), tokens));
    expect(() => compile(partial)).toThrow(
      expect.objectContaining({ code: "E_RASP_ENCODING", at: "map_1 of 0" }),
    );
  });

  it("includes predicates that fail, by name", () => {
    const mixed = named(select(tokens, indices, LT), "mixed");
    expect(() => compile(selectorWidth(mixed), { vocab: ["a"] })).toThrow(
      expect.objectContaining({ code: "E_RASP_TYPE", at: '"mixed" of "a" and 0' }),
    );
  });
});

describe("options", () => {
  const refused: [string, Partial<CompileOptions>, string][] = [
    ["an empty vocabulary", { vocab: [] }, "vocab"],
    ["null as a token", { vocab: [null] }, "vocab"],
    ["NaN as a token", { vocab: [Number.NaN] }, "vocab"],
    ["BOS in the vocabulary", { vocab: ["BOS", "a"] }, "vocab"],
    ["PAD in the vocabulary", { vocab: ["a", "end"], pad: "end" }, "vocab"],
    ["one token for BOS and PAD", { bos: "-", pad: "-" }, "pad"],
    ["no positions", { maxSeqLen: 0 }, "maxSeqLen"],
    ["half positions", { maxSeqLen: 1.5 }, "maxSeqLen"],
    ["no exactness", { mlpExactness: 0 }, "mlpExactness"],
    ["infinite exactness", { mlpExactness: Infinity }, "mlpExactness"],
  ];
  it.each(refused)("refuse %s", (_, options, at) => {
    expect(() => compile(identity(), options)).toThrow(
      expect.objectContaining({ code: "E_TRACR_OPTION", at, message: `invalid option ${at}` }),
    );
  });

  it("name the special tokens", () => {
    const { inputEncoder } = compile(identity(), { vocab: ["BOS"], bos: "<s>", pad: "<p>" });
    expect(inputEncoder.values).toEqual(["<p>", "<s>", "BOS"]);
  });

  it("count equal tokens once", () => {
    expect(compile(identity(), { vocab: [1, 1, true] }).config.dVocab).toBe(3);
  });

  it("set the mask and the exactness", () => {
    expect(compile(identity()).config.attentionDir).toBe("bidirectional");
    expect(compile(identity(), { causal: true }).config.attentionDir).toBe("causal");
    const width = compile(makeLength(), { mlpExactness: 10 });
    expect(Math.max(...width.weights.get("blocks.0.mlp.W_in")!.data)).toBe(10);
  });
});
