import { describe, expect, it } from "vitest";
import { allCases, highLevelModel } from "../cases/index.ts";
import { formatError } from "../errors/index.ts";
import { decodeVocabulary, encodeVocabulary, type ModelVocabulary } from "./index.ts";

const few: ModelVocabulary = {
  tokens: ["BOS", "PAD", "a"],
  bosId: 0,
  padId: 1,
  outputs: [false, 1],
};

const refusal = (changes: object) => {
  const document = { ...JSON.parse(encodeVocabulary(few)), ...changes };
  try {
    decodeVocabulary(JSON.stringify(document));
  } catch (error) {
    return formatError(error);
  }
  return "nothing";
};

describe("a tokens.json", () => {
  it("is read back as it was written", () => {
    const odd: ModelVocabulary = {
      tokens: [1.5, "1.5", ["a", [2, true]], "\u001b[0m\n", "BOS", "PAD", -3],
      bosId: 4,
      padId: 5,
      outputs: [
        Number.NEGATIVE_INFINITY,
        0,
        Number.POSITIVE_INFINITY,
        ["x", Number.POSITIVE_INFINITY],
      ],
    };
    const given: ModelVocabulary = {
      tokens: ["a", "<|endoftext|>", "BOS"],
      bosId: 50256,
      padId: undefined,
      outputs: ["a"],
      ids: { tokens: [7, 50256, 50256], outputs: [7] },
    };
    for (const one of [few, odd, given, { ...few, outputs: undefined }]) {
      expect(decodeVocabulary(encodeVocabulary(one))).toEqual(one);
      expect(() => JSON.parse(encodeVocabulary(one))).not.toThrow();
    }
  });

  it("holds what the encoders of a compiled program know", () => {
    for (const case_ of allCases().filter(({ id }) => ["3", "7", "52", "110"].includes(id))) {
      const { inputEncoder, outputEncoder } = highLevelModel(case_).compiled;
      const { values: tokens, bosId, padId } = inputEncoder;
      const outputs = outputEncoder.kind === "categorical" ? outputEncoder.values : undefined;
      const vocabulary = { tokens, bosId, padId, outputs };
      expect(decodeVocabulary(encodeVocabulary(vocabulary))).toEqual(vocabulary);
    }
  });

  it.each([
    [{ schema: "other" }, "E_TOKENS"],
    [{ tokens: "abc" }, "tokens"],
    [{ tokens: [{}] }, "no value of a program"],
    [{ tokens: ["BOS", "PAD", "PAD"] }, "(at tokens.json: tokens) — expected each value once"],
    [{ outputs: [1, true] }, "(at tokens.json: outputs) — expected each value once"],
    [{ bos: 3 }, "(at tokens.json: bos) — expected the id of a token — received 3"],
    [{ pad: 3 }, "(at tokens.json: pad) — expected the id of a token — received 3"],
    [
      { ids: { tokens: [0, 1], outputs: [0, 1] } },
      "(at tokens.json: ids.tokens) — expected 3 ids — received 2",
    ],
    [{ ids: { tokens: [5, 6, 7], outputs: [0, 1] } }, "(at tokens.json: bos)"],
    [{ extra: 1 }, "extra"],
  ])("is refused with %j", (changes, text) => {
    expect(refusal(changes)).toMatch(/^E_TOKENS: /);
    expect(refusal(changes)).toContain(text);
  });
});
