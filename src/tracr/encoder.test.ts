import { describe, expect, it } from "vitest";
import { eq, makeFracPrevs, map, type RaspValue, tokens } from "../rasp/index.ts";
import { compileRasp, decodeLogits, decodeTokens, encodeTokens } from "./index.ts";

const compile = (vocab: RaspValue[], maxSeqLen = 3) =>
  compileRasp(
    map((x) => x, tokens),
    { vocab, maxSeqLen },
  );

describe("the input encoder", () => {
  it("gives ids in the order of the token directions", () => {
    const numbers = compile([3, 1, 2]).inputEncoder;
    expect(numbers.values).toEqual([1, 2, 3, "BOS", "PAD"]);
    expect([numbers.bosId, numbers.padId]).toEqual([3, 4]);
    const words = compile(["a", "Z", "C", "b"]).inputEncoder;
    expect(words.values).toEqual(["BOS", "C", "PAD", "Z", "a", "b"]);
    expect([words.bosId, words.padId]).toEqual([0, 2]);
    expect(compile([-1, 10, 9]).inputEncoder.values).toEqual([-1, 9, 10, "BOS", "PAD"]);
  });

  it("encodes and decodes", () => {
    const { inputEncoder } = compile(["a", "b"], 2);
    expect(encodeTokens(inputEncoder, ["BOS"])).toEqual([0]);
    const ids = encodeTokens(inputEncoder, ["BOS", "b", "PAD"]);
    expect(ids).toEqual([0, 3, 1]);
    expect(decodeTokens(inputEncoder, ids)).toEqual(["BOS", "b", "PAD"]);
    expect(decodeTokens(inputEncoder, [])).toEqual([]);
  });

  it("refuses what is no input", () => {
    const { inputEncoder } = compile(["a", "b"], 2);
    const error = (details: object) =>
      expect.objectContaining({ code: "E_TRACR_INPUT", ...details });
    expect(() => encodeTokens(inputEncoder, [])).toThrow(
      error({ expected: '"BOS"', received: "an empty sequence" }),
    );
    expect(() => encodeTokens(inputEncoder, ["a"])).toThrow(error({ received: '"a"' }));
    expect(() => encodeTokens(inputEncoder, ["BOS", "c"])).toThrow(
      error({ expected: 'one of {"BOS", "PAD", "a", "b"}', received: '"c"' }),
    );
    expect(() => encodeTokens(inputEncoder, ["BOS", "a", "a", "a"])).toThrow(
      error({ expected: "at most 3 tokens with BOS", received: "4 tokens" }),
    );
    for (const id of [-1, 4, 0.5]) {
      expect(() => decodeTokens(inputEncoder, [id])).toThrow(error({ received: String(id) }));
    }
  });
});

describe("the output encoder", () => {
  it("decodes the largest logit, the first of equal ones", () => {
    const { outputEncoder } = compile([1, 2, 3]);
    expect(decodeLogits(outputEncoder, [0, 0.5, 0.4])).toBe(2);
    expect(decodeLogits(outputEncoder, [0, 0, 0])).toBe(1);
    expect(decodeLogits(outputEncoder, [0, 1, 1])).toBe(2);
    expect(() => decodeLogits(outputEncoder, [1])).toThrow("a row of logits has the wrong length");
  });

  it("passes numbers on", () => {
    const program = makeFracPrevs(eq(tokens, "x"));
    const { outputEncoder } = compileRasp(program, { vocab: ["x"], maxSeqLen: 1 });
    expect(outputEncoder).toEqual({ kind: "numerical" });
    expect(decodeLogits(outputEncoder, [0.25])).toBe(0.25);
  });
});
