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
    for (const one of [few, odd, { ...few, outputs: undefined }]) {
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
    [{ bos: 3 }, "(at tokens.json: bos) — expected an id below 3 — received 3"],
    [{ extra: 1 }, "extra"],
  ])("is refused with %j", (changes, text) => {
    expect(refusal(changes)).toMatch(/^E_TOKENS: /);
    expect(refusal(changes)).toContain(text);
  });
});
