import { describe, expect, it } from "vitest";
import { allCases, type Case, getCase, lowLevelConfig, withShape } from "../../cases/index.ts";
import { formatError } from "../../errors/index.ts";
import { decodePromptFile } from "../../formats/index.ts";
import { promptsInIds } from "./encoder.ts";
import type { ImportModule } from "./gpt2.ts";

const ioi = getCase("ioi");
const NUMBERS = allCases().find(({ vocab }) => typeof vocab[0] === "number")!;
const paper = withShape(ioi, "paper");
const TEXT = "Then, Mary and John went to the store. John gave the milk to";
const PAPER_IDS = [6423, 11, 5335, 290, 1757, 1816, 284, 262, 3650, 13, 1757, 2921, 262, 7545, 284];

/** Stands for gpt-tokenizer: a token for each word, by its length. */
const words: ImportModule = async () => ({
  encode: (text: string, { allowedSpecial }: { allowedSpecial: string }) => {
    expect(allowedSpecial).toBe("all");
    return text.match(/ ?\w+/g)!.map((word) => word.length);
  },
});
const missing: ImportModule = async (name) => {
  throw new Error(`Cannot find package '${name}'\nRequire stack`);
};

const inIds = (prompts: object, case_: Case | undefined, load: ImportModule = missing) =>
  promptsInIds(
    { file: "d.json", content: decodePromptFile(JSON.stringify(prompts), "d.json") },
    { case_, config: case_ === undefined ? { dVocab: 50257 } : lowLevelConfig(case_) },
    load,
  );
const errorOf = (...facts: Parameters<typeof inIds>) => inIds(...facts).then(String, formatError);

describe("prompts as texts", () => {
  it("are split into the tokens of the case, without a tokenizer", async () => {
    const { clean, corrupted, targets, foils, outputPositions } = await inIds(
      { clean: [TEXT], corrupted: [TEXT], targets: [" Mary"], foils: [" John"] },
      paper,
    );
    expect(clean).toEqual([[50256, ...PAPER_IDS]]);
    expect([corrupted, outputPositions]).toEqual([clean, "last"]);
    expect([targets![0]!.at(-1), foils![0]!.at(-1), targets![0]![0]]).toEqual([5335, 1757, null]);
  });

  it("have the ids of the shape that the model has", async () => {
    const { clean, targets } = await inIds({ clean: [TEXT], targets: [" Mary"] }, ioi);
    expect(clean[0]!.length).toBe(16);
    expect(Math.max(...clean[0]!)).toBeLessThan(114);
    expect(targets![0]!.at(-1)).toBe(ioi.kind === "functions" && ioi.classes!.indexOf(" Mary"));
  });

  it("are read by GPT-2's tokenizer where the case does not have their words", async () => {
    const prompts = { clean: ["Yesterday Mary met John"], targets: [" Mary"] };
    for (const case_ of [paper, undefined]) {
      const { clean, targets } = await inIds(prompts, case_, words);
      expect(clean).toEqual([[50256, 9, 5, 4, 5]]);
      expect(targets).toEqual([[null, null, null, null, 5]]);
    }
    expect(await errorOf({ ...prompts, targets: [" Mary Ann"] }, paper, words)).toBe(
      'E_DATA: an answer is not one token (at d.json: targets, row 0) — expected a text of one token, mostly with a space in front — received " Mary Ann": 2 tokens',
    );
  });

  it("say how to install the tokenizer", async () => {
    expect(await errorOf({ clean: ["Yesterday"] }, paper)).toBe(
      "E_INSTALL: texts in GPT-2's tokens need a package that is not there — expected gpt-tokenizer, version 3 or 4 — received Cannot find package 'gpt-tokenizer/encoding/r50k_base'. Install it beside interpbench: npm install gpt-tokenizer. Or write token ids instead of texts.",
    );
    const other: ImportModule = async () => ({ tokenize: () => [] });
    expect(await errorOf({ clean: ["Yesterday"] }, paper, other)).toContain("is another one");
  });

  it.each([
    [{ clean: ["Then, Bob"] }, ioi, 'row 0) — expected tokens of the case, such as " Christopher"'],
    [{ clean: [TEXT], targets: [" the store"] }, ioi, "targets, row 0) — expected a class"],
    [{ clean: ["Then", "Then,"] }, ioi, "clean, row 1) — expected 2 positions, as in row 0"],
    [{ clean: ["Then", [1]] }, ioi, "(at d.json: clean.1)"],
    [{ clean: ["a"] }, getCase("3"), 'case "3" has no such answer'],
    [{ clean: ["a"], others: 1 }, ioi, 'no key "others"'],
    [{ clean: ["1"] }, NUMBERS, "nobody knows the tokens of this model"],
  ])("that do not fit are refused: %j", async (prompts, case_, text) => {
    const withTargets = case_ === getCase("3") ? { ...prompts, targets: ["a"] } : prompts;
    expect(
      await Promise.resolve()
        .then(() => errorOf(withTargets, case_))
        .catch(formatError),
    ).toContain(text);
  });

  it("are ids already where they are", async () => {
    const { clean } = await inIds({ clean: [[1, 2]] }, undefined);
    expect(clean).toEqual([[1, 2]]);
  });
});
