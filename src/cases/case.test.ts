import { describe, expect, it } from "vitest";
import { tokens } from "../rasp/index.ts";
import { allCases, autumnRecipe, defineCase, getCase } from "./index.ts";

const smallest = { id: "1", task: "Copies.", program: () => tokens, vocab: [0] };

describe("defineCase", () => {
  it("fills in the defaults", () => {
    expect(defineCase(smallest)).toEqual({
      ...smallest,
      drawnWords: undefined,
      minSeqLen: 4,
      maxSeqLen: 10,
      causal: true,
      categorical: true,
      trivial: false,
      tags: ["causal", "categorical"],
      caveats: [],
      lowLevel: { compressionRatio: 2, compressResidual: false },
      places: undefined,
      sampler: undefined,
      recipe: expect.objectContaining({ origin: "default", strictWeight: 0.4 }),
    });
  });

  it("does not build the program", () => {
    const program = () => {
      throw new Error("built");
    };
    expect(() => defineCase({ ...smallest, program })).not.toThrow();
  });

  it("sorts the vocabulary and counts equal tokens once", () => {
    expect(defineCase({ ...smallest, vocab: [10, 9, 10, -1] }).vocab).toEqual([-1, 9, 10]);
    expect(defineCase({ ...smallest, vocab: ["b", "B", "a"] }).vocab).toEqual(["B", "a", "b"]);
  });

  it("turns the facts into tags", () => {
    const { tags } = defineCase({
      ...smallest,
      causal: false,
      categorical: false,
      trivial: true,
      caveats: ["Never tried."],
      recipe: autumnRecipe(),
    });
    expect(tags).toEqual(["trivial", "bidirectional", "regression", "published", "caveat"]);
  });

  it("is immutable", () => {
    const case_ = defineCase(smallest);
    for (const part of [case_, case_.vocab, case_.tags, case_.lowLevel, case_.recipe]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it.each([
    ["id", { id: "" }],
    ["id", { id: "A1" }],
    ["task", { task: " " }],
    ["vocab", { vocab: [] }],
    ["vocab", { vocab: [null] }],
    ["vocab", { vocab: ["a", "PAD"] }],
    ["vocab", { vocab: ["a", 1] }],
    ["lengths", { minSeqLen: 1 }],
    ["lengths", { minSeqLen: 11 }],
    ["lengths", { maxSeqLen: 9.5 }],
    ["compressionRatio", { compressionRatio: 0 }],
  ])("refuses a bad %s: %j", (at, changes) => {
    expect(() => defineCase({ ...smallest, ...changes })).toThrow(
      expect.objectContaining({ code: "E_CASE", at }),
    );
  });
});

describe("the registry", () => {
  it("lists cases in numeric order without duplicates", () => {
    const ids = allCases().map(({ id }) => Number(id));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(ids.length).toBeGreaterThan(4);
  });

  it("finds a case by its id", () => {
    expect(getCase("3").id).toBe("3");
    expect(getCase(" 3 ")).toBe(getCase("3"));
    expect(allCases().every((case_) => getCase(case_.id) === case_)).toBe(true);
  });

  it("names the nearest ids where there is no such case", () => {
    expect(() => getCase("3x")).toThrow(
      expect.objectContaining({
        code: "E_CASE",
        message: 'no case "3x"',
        hint: expect.stringContaining('"3"'),
      }),
    );
    expect(() => getCase("16")).toThrow('no case "16"');
  });
});
