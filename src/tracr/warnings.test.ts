import { describe, expect, it } from "vitest";
import {
  aggregate,
  EQ,
  evaluate,
  indices,
  LT,
  linearSequenceMap,
  makeFracPrevs,
  makeLength,
  map,
  named,
  numerical,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  shiftBy,
  sub,
  TRUE,
  tokens,
} from "../rasp/index.ts";
import { compareWithProgram } from "./agreement.testing.ts";
import { forward } from "./forward.testing.ts";
import { type CompileOptions, compileRasp, compileWarnings, encodeTokens, ONE } from "./index.ts";
import { craftRunner } from "./run-craft.ts";

const count = () => selectorWidth(named(select(tokens, tokens, EQ), "same"));
const isOne = () => named(numerical(map((t) => t === 1, tokens)), "is_one");
const share = () => named(numerical(aggregate(select(tokens, tokens, TRUE), isOne(), 0)), "share");
const bits = { vocab: [0, 1], maxSeqLen: 7 };
const letters = { vocab: ["u", "v"], maxSeqLen: 8 };

/** Programs that compile inexactly: the warning's code, node, and length from which on. */
const INEXACT: readonly [string, () => SOp, CompileOptions, [string, string, number]][] = [
  [
    "a number of keys from 7 on",
    () => named(numerical(count()), "n"),
    bits,
    ["W_TRACR_WIDTH", "n_1", 7],
  ],
  [
    "a class from 10 on",
    () => named(count(), "n"),
    { vocab: [0], maxSeqLen: 11 },
    ["W_TRACR_WIDTH", "n_1", 10],
  ],
  [
    "a number made of a count",
    () =>
      named(
        numerical(map((x: number) => 2 * x, named(count(), "n"), { simplify: false })),
        "twice",
      ),
    bits,
    ["W_TRACR_WIDTH", "n_2", 7],
  ],
  [
    "a sum of two counts as numbers",
    () => {
      const n = named(numerical(count()), "n");
      return named(numerical(linearSequenceMap(n, n, 1, 1)), "sum");
    },
    bits,
    ["W_TRACR_WIDTH", "n_2", 7],
  ],
  [
    "the token at a place that depends on the length",
    () => {
      const last = aggregate(select(indices, sub(makeLength(), 1), EQ), tokens);
      return named(selectorWidth(select(tokens, named(last, "last"), EQ)), "like_last");
    },
    { vocab: ["u", "v"], maxSeqLen: 8 },
    ["W_TRACR_WIDTH", "length_6", 8],
  ],
  [
    "a threshold of an average",
    () =>
      named(
        map((s) => Number(s) > 0.5, share()),
        "majority",
      ),
    bits,
    ["W_TRACR_MEAN", "majority_1", 3],
  ],
  [
    "a function of an average as a number",
    () => named(numerical(map((s) => Number(s) ** 2, share())), "square"),
    bits,
    ["W_TRACR_MEAN", "square_1", 3],
  ],
  [
    "a difference of averages, rounded",
    () => {
      const zeros = numerical(makeFracPrevs(numerical(map((t) => t === 0, tokens))));
      const ones = numerical(makeFracPrevs(isOne()));
      const lead = named(numerical(linearSequenceMap(ones, zeros, 1, -1)), "lead");
      return named(
        map((x) => Math.round(Number(x) * 5), lead),
        "fifths",
      );
    },
    bits,
    ["W_TRACR_MEAN", "fifths_1", 7],
  ],
  [
    "a negative number",
    () => named(numerical(map((t) => -Number(t), tokens)), "minus"),
    bits,
    ["W_TRACR_NEGATIVE", "minus_1", 1],
  ],
  [
    "an average of different classes",
    () => named(aggregate(select(tokens, tokens, TRUE), tokens), "mean"),
    { vocab: [0, 1, 2], maxSeqLen: 3 },
    ["W_TRACR_AVERAGE", "mean_1", 2],
  ],
  [
    "a class of a number as a key, which BOS has, too",
    () => {
      const half = named(
        map((s) => Number(s) >= 1, share()),
        "all",
      );
      return named(selectorWidth(select(half, half, EQ)), "like_me");
    },
    { vocab: [0, 1], maxSeqLen: 4 },
    ["W_TRACR_BOS", "like_me_1", 1],
  ],
  [
    "steps of a function closer than its neurons are steep",
    () => {
      const fine = named(numerical(map((t) => Number(t) / 1000, tokens)), "fine");
      return named(
        map((x) => Number(x) * 1000, fine, { simplify: false }),
        "back",
      );
    },
    { vocab: [0, 1, 2, 3], maxSeqLen: 1 },
    ["W_TRACR_STEP", "back_1", 1],
  ],
  [
    "a count from which something is taken off",
    () => named(numerical(linearSequenceMap(numerical(count()), isOne(), 1, -1)), "rest"),
    { ...bits, causal: true },
    ["W_TRACR_WIDTH", "selector_width_2", 7],
  ],
];

/** Programs that look as if they were inexact, and are not. */
const EXACT: readonly [string, () => SOp, CompileOptions][] = [
  [
    "equal tokens averaged by a sort",
    () => {
      const place = selectorWidth(select(tokens, tokens, LT));
      return aggregate(select(place, indices, EQ), tokens);
    },
    { vocab: [1, 2, 3], maxSeqLen: 5 },
  ],
  [
    "an average of halves",
    () => makeFracPrevs(numerical(linearSequenceMap(isOne(), isOne(), 0.5, 0))),
    { ...bits, causal: true },
  ],
  [
    "widths that never grow although inputs do",
    () => selectorWidth(select(indices, sub(indices, 1), EQ)),
    { vocab: ["a"], maxSeqLen: 14 },
  ],
  [
    "a blurred count of which only a threshold is read",
    () => map((n) => Number(n) > 4, named(numerical(count()), "n")),
    letters,
  ],
  ["a count of nine at most", count, { vocab: ["a"], maxSeqLen: 9 }],
  [
    "a count of twelve with steeper steps",
    count,
    { vocab: ["a"], maxSeqLen: 12, mlpExactness: 1000 },
  ],
  [
    "negative numbers that come to nothing",
    () => numerical(linearSequenceMap(numerical(map((t) => -Number(t), tokens)), isOne(), 0, 1)),
    bits,
  ],
  [
    "the sign of a difference of averages",
    () => {
      const zeros = numerical(makeFracPrevs(numerical(map((t) => t === 0, tokens))));
      const lead = numerical(linearSequenceMap(numerical(makeFracPrevs(isOne())), zeros, 1, -1));
      return map((x) => Number(x) < 0, lead);
    },
    bits,
  ],
  [
    "a value that is wrong only where the output has none",
    () => {
      const odd = map((s) => Number(s) > 0.5, share());
      return sequenceMap((x, t) => (t === 1 || t === 0 ? t : x), odd, tokens);
    },
    bits,
  ],
  // What the warnings tell to do.
  [
    "a majority by counting",
    () => {
      const ones = selectorWidth(select(tokens, tokens, (k) => k === 1));
      return sequenceMap((n, all) => Number(n) > Number(all) / 2, ones, makeLength());
    },
    bits,
  ],
  [
    "a negative number as a difference",
    () => {
      const part = (f: (t: number) => number) => numerical(map(f, tokens));
      const positive = part((t) => Math.max(t - 1, 0));
      return numerical(
        linearSequenceMap(
          positive,
          part((t) => Math.max(1 - t, 0)),
          1,
          -1,
        ),
      );
    },
    { vocab: [0, 1, 2], maxSeqLen: 2 },
  ],
  [
    "the token at a place that depends on the length, with steeper steps",
    () => {
      const last = aggregate(select(indices, sub(makeLength(), 1), EQ), tokens);
      return selectorWidth(select(tokens, named(last, "last"), EQ));
    },
    { vocab: ["u", "v"], maxSeqLen: 8, mlpExactness: 1000 },
  ],
  [
    "a key that is made of tokens and indices",
    () => {
      const key = sequenceMap((t, i) => `${t}${Number(i) % 2}`, tokens, indices);
      return selectorWidth(select(key, key, EQ));
    },
    { vocab: [0, 1], maxSeqLen: 6 },
  ],
];

describe("the warnings of a compiled program", () => {
  for (const [what, program, options, [code, node, fromLength]] of INEXACT) {
    it(`name ${what}`, () => {
      expect(compareWithProgram(program(), options).mistakes).toBeGreaterThan(0);
      const warnings = compileWarnings(compileRasp(program(), options));
      expect(warnings.map((one) => [one.code, one.node, one.fromLength])).toEqual([
        [code, node, fromLength],
      ]);
      const tokensText = fromLength === 1 ? "1 token on" : `${fromLength} tokens on`;
      expect(warnings[0]!.message).toContain(`The output is wrong from ${tokensText}`);
    });
  }

  for (const [what, program, options] of EXACT) {
    it(`are silent about ${what}`, () => {
      expect(compareWithProgram(program(), options).mistakes).toBe(0);
      expect(compileWarnings(compileRasp(program(), options))).toEqual([]);
    });
  }

  it("are about the inputs the program is for", () => {
    const program = () => named(numerical(count()), "n");
    const compile = (inputs: CompileOptions["inputs"]) =>
      compileWarnings(compileRasp(program(), { vocab: [0, 1], maxSeqLen: 8, inputs })).length;
    expect(compile(undefined)).toBe(1);
    expect(compile([[0, 1, 0, 1, 0, 1, 0, 1]])).toBe(0);
    expect(compile([[0, 0, 0, 0, 0, 0, 0, 1]])).toBe(1);
    expect(compile((input) => input.filter((t) => t === 0).length === 4)).toBe(0);
  });

  it("are about long inputs of a large vocabulary, too, of which not all can be tried", () => {
    const vocab = Array.from({ length: 30 }, (_, i) => i);
    const warnings = compileWarnings(compileRasp(named(count(), "n"), { vocab, maxSeqLen: 12 }));
    expect(warnings).toMatchObject([{ code: "W_TRACR_WIDTH", node: "n_1", fromLength: 10 }]);
  });

  it("keep what is known without running where the program stops on every input", () => {
    const minus = named(numerical(map((t) => -Number(t), tokens)), "minus");
    const sameDigits = (key: number, query: number) => key.toFixed() === query.toFixed();
    const stops = numerical(selectorWidth(select(shiftBy(1, tokens), tokens, sameDigits)));
    const program = numerical(linearSequenceMap(minus, stops, 1, 1));
    expect(() => evaluate(program, [0])).toThrow("toFixed");
    const warnings = compileWarnings(compileRasp(program, { vocab: [0, 1], maxSeqLen: 6 }));
    expect(warnings.map(({ code, node }) => [code, node])).toEqual([
      ["W_TRACR_STOPS", "linear_sequence_map_1"],
      ["W_TRACR_NEGATIVE", "minus_2"],
    ]);
  });
});

describe("the craft model with scores divided by √d_head", () => {
  it("is the assembled transformer", () => {
    const program = makeFracPrevs(isOne());
    const compiled = compileRasp(program, { ...bits, causal: true });
    const input = [1, 0, 1];
    const { craft, config, residualLabels } = compiled;
    const run = craftRunner(craft, { causal: true, scoreFactor: 1 / Math.sqrt(config.dHead) });
    const width = craft.residual.directions.length;
    const x = new Float64Array((input.length + 1) * width);
    for (const [p, token] of ["BOS", ...input].entries()) {
      for (const label of [ONE.label, `tokens:${token}`, ...(p > 0 ? [`indices:${p - 1}`] : [])]) {
        const at = craft.residual.directions.findIndex((direction) => direction.label === label);
        if (at >= 0) x[p * width + at] = 1;
      }
    }
    const y = run(x);
    const ids = encodeTokens(compiled.inputEncoder, ["BOS", ...input]);
    const whole = forward(compiled, ids).get("final_residual")!;
    for (const [i, direction] of craft.residual.directions.entries()) {
      const at = residualLabels.indexOf(direction.label);
      for (let p = 0; p <= input.length; p++) {
        expect(y[p * width + i]).toBeCloseTo(whole[p * residualLabels.length + at]!, 12);
      }
    }
  });
});

describe("a program that stops where its transformer goes on", () => {
  it("is named with the reason and the shortest input", () => {
    const mean = named(aggregate(select(tokens, tokens, TRUE), tokens), "mean");
    const [warning, ...others] = compileWarnings(compileRasp(mean, { ...letters, maxSeqLen: 4 }));
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: "W_TRACR_STOPS", node: "mean_1", fromLength: 2 });
    expect(warning!.message).toContain("The program stops there, and its transformer does not");
    expect(warning!.message).toMatch(
      /from 2 tokens on \(on 28 of the inputs tried\): for example on \["u", "u"\]/,
    );
  });
});
