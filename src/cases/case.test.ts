import { describe, expect, it, vi } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import {
  aggregate,
  div,
  indices,
  makeHist,
  makeReverse,
  named,
  numerical,
  select,
  TRUE,
  tokens,
} from "../rasp/index.ts";
import { compileWarnings } from "../tracr/index.ts";
import {
  allCases,
  autumnRecipe,
  type CaseDefinition,
  caseTask,
  caseWarnings,
  compileCase,
  compiledWarnings,
  defineCase,
  getCase,
  measureExactness,
  runCase,
} from "./index.ts";

const smallest = { id: "1", task: "Copies.", program: () => tokens, vocab: [0] };

describe("defineCase", () => {
  it("fills in the defaults", () => {
    expect(defineCase(smallest)).toEqual({
      kind: "rasp",
      ...smallest,
      drawnWords: undefined,
      minSeqLen: 4,
      maxSeqLen: 10,
      causal: false,
      categorical: true,
      outputPositions: "notFirst",
      trivial: false,
      tags: ["bidirectional", "categorical"],
      caveats: [],
      lowLevel: { compressionRatio: 2, compressResidual: false },
      publishedShape: undefined,
      places: undefined,
      inputs: undefined,
      mlpExactness: 100,
      sampler: undefined,
      corrupt: undefined,
      corruptions: {},
      recipe: expect.objectContaining({ origin: "default", strictWeight: 0.4 }),
      fast: {},
      warnings: [],
    });
  });

  it("leaves a program that cannot be built to those who use it", () => {
    const program = () => {
      throw new Error("built");
    };
    expect(defineCase({ ...smallest, program }).warnings).toEqual([]);
  });

  it("sorts the vocabulary and counts equal tokens once", () => {
    expect(defineCase({ ...smallest, vocab: [10, 9, 10, -1] }).vocab).toEqual([-1, 9, 10]);
    expect(defineCase({ ...smallest, vocab: ["b", "B", "a"] }).vocab).toEqual(["B", "a", "b"]);
  });

  it("turns the facts into tags", () => {
    const { tags } = defineCase({
      ...smallest,
      causal: true,
      categorical: false,
      trivial: true,
      caveats: ["Never tried."],
      recipe: autumnRecipe(),
    });
    expect(tags).toEqual(["trivial", "causal", "regression", "published", "caveat"]);
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
    ["vocab", { vocab: [1, Number.POSITIVE_INFINITY] }],
    ["vocab", { vocab: [[1, Number.NEGATIVE_INFINITY]] }],
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
  it("lists cases in numeric order without duplicates, then those with names", () => {
    const all = allCases().map(({ id }) => id);
    const ids = all.slice(0, 129).map(Number);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(all.slice(129)).toEqual(["ioi", "ioi_extended", "ioi_next_token"]);
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

/* A program that reads the whole sequence, wherever it stands. */
const reverse = {
  ...smallest,
  id: "reverse",
  vocab: ["a", "b"],
  program: () => makeReverse(tokens),
};

/** Counts to 14, which the neurons of a selector width cannot tell apart. */
const wide = { ...smallest, id: "wide", vocab: ["a", "b"], maxSeqLen: 15, program: makeHist };

describe("the warnings of a case", () => {
  const warned = (definition: CaseDefinition) => {
    const told: string[] = [];
    const case_ = defineCase(definition, { onWarning: ({ message }) => told.push(message) });
    expect(case_.warnings.map(({ message }) => message)).toEqual(told);
    return case_.warnings;
  };

  it("are none for a program without a word on causality: it sees all positions, as RASP reads it", async () => {
    const case_ = defineCase(reverse, { onWarning: ({ message }) => expect.unreachable(message) });
    expect(compileCase(case_).config.attentionDir).toBe("bidirectional");
    const { random, structured } = measureExactness(case_, await wasmBackend());
    expect([random, structured]).toMatchObject([{ mistakes: 0 }, { mistakes: 0 }]);
  });

  it("name an input on which the compiled transformer says something else", () => {
    expect(warned(wide)).toEqual([
      {
        code: "W_CASE_DISAGREES",
        message: expect.stringMatching(
          /^the compiled transformer disagrees with its program at \d+ of \d+ positions tried, for example at position 0 of \["a", "a", .*…\]: 1[0-9] instead of 14$/,
        ),
      },
    ]);
    expect(warned({ ...wide, mlpExactness: 1000 })).toEqual([]);
  });

  it("go with the task into training", () => {
    const case_ = defineCase(wide, { onWarning: () => undefined });
    expect(caseTask(case_).warnings).toBe(case_.warnings);
    expect(runCase(case_, new Array(14).fill("a")).differs.length).toBe(14);
    expect(runCase(case_, ["a", "b", "a"]).differs).toEqual([]);
  });

  it("say that a program has no value on any input that was tried", () => {
    const mean = () => aggregate(select(tokens, tokens, TRUE), tokens);
    expect(
      warned({
        ...reverse,
        id: "mean",
        vocab: ["a", "b", "c"],
        maxSeqLen: 9,
        inputs: [..."ab"].map((t) => t.repeat(8)),
        program: mean,
      }),
    ).toEqual([
      { code: "W_CASE_STOPS", message: expect.stringContaining("selected values have no mean") },
    ]);
  });

  it("are written to the console by default", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    defineCase(wide);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^case "wide": the compiled .* \(W_CASE_DISAGREES\)$/)],
    ]);
    warn.mockRestore();
  });

  it("are known of the catalogue without running anything", async () => {
    const backend = await wasmBackend();
    const withWarnings = allCases().filter((case_) => caseWarnings(case_, backend).length > 0);
    expect(withWarnings.map(({ id }) => id)).toEqual(["113"]);
  });
});

describe("compiledWarnings", () => {
  const warned = async (changes: object) => {
    const definition = { ...smallest, maxSeqLen: 5, ...changes };
    const case_ = defineCase(definition, { onWarning: () => {} });
    return compiledWarnings(case_, await wasmBackend());
  };
  const mean = () => named(aggregate(select(tokens, tokens, TRUE), tokens), "mean");

  it("has one warning for one cause", async () => {
    expect(await warned({ vocab: [0, 1, 2], program: mean })).toMatchObject([
      { code: "W_TRACR_AVERAGE", node: "mean_1", fromLength: 2 },
    ]);
    expect(await warned({ vocab: [0, 1, 2], program: makeHist })).toEqual([]);
  });

  it("says only that the program stops where it does so on all inputs", async () => {
    const inverse = () => div(1, indices);
    expect(await warned({ program: inverse })).toMatchObject([
      { code: "W_CASE_STOPS", message: expect.stringContaining("division of 1 by zero") },
    ]);
  });

  it("says what is averaged where compiling it could try no input", async () => {
    const inputs = [Array.from({ length: 290 }, (_, i) => i % 3)];
    const found = await warned({ vocab: [0, 1, 2], program: mean, inputs, maxSeqLen: 291 });
    expect(found).toMatchObject([
      {
        code: "W_CASE_DISAGREES",
        message: expect.stringMatching(/^the compiled .*; mean: a categorical aggregate moves one/),
      },
    ]);
  });
});

describe("what defineCase refuses", () => {
  const refusal = (changes: object) => {
    try {
      defineCase({ ...smallest, ...changes } as CaseDefinition);
    } catch (error) {
      return formatError(error);
    }
    return "nothing";
  };

  it.each([
    [{ casual: true }, 'case "1" has no key "casual"', 'Did you mean "causal"'],
    [{ mlpExactnes: 3 }, "no key", '"mlpExactness"'],
    [
      { vocab: new Set(["a"]) },
      "(at vocab) — expected an array of tokens — received a Set of 1",
      "",
    ],
    [{ vocab: "ab" }, '(at vocab) — expected an array of tokens — received "ab"', ""],
    [{ vocab: [{ a: 1 }] }, "received an object with a", ""],
    [{ vocab: [Number.NaN] }, "(at vocab)", "received NaN"],
    [{ program: tokens }, "(at program)", "received an object with kind, name"],
    [{ causal: "yes" }, '(at causal) — expected true or false — received "yes"', ""],
    [{ maxSeqLen: 0 }, "(at lengths)", "received 0 and 0"],
    [{ maxSeqLen: Number.NaN }, "(at lengths)", "received NaN and NaN"],
    [{ maxSeqLen: 1e9 }, "≤ 1000 (BOS included)", "received 4 and 1000000000"],
    [{ mlpExactness: 0 }, "(at mlpExactness)", "received 0"],
    [{ id: "../up" }, "(at id)", ""],
    [{ id: 3 }, "(at id)", "received 3"],
    [{ sampler: [] }, "(at sampler)", "received an array of 0"],
    [{ corrupt: "other" }, "(at corrupt)", 'received "other"'],
    [{ inputs: [] }, "(at inputs) — expected at least one input", ""],
    [{ inputs: new Set() }, "(at inputs)", "received a Set of 0"],
    [{ inputs: [[0], [1]] }, "(at inputs[1]) — expected tokens of the vocabulary — received 1", ""],
    [{ outputPositions: "all" }, "positions from 1 to 9 (BOS is position 0)", 'received "all"'],
    [{ outputPositions: [0, 1] }, "(at outputPositions)", "received an array of 2"],
    [{ outputPositions: [10] }, "(at outputPositions)", "received an array of 1"],
    [{ inputs: [[0, 0]], maxSeqLen: 5 }, "(at inputs)", "received inputs of up to 2 tokens"],
  ])("%j", (changes, text, more) => {
    const message = refusal(changes);
    expect(message).toMatch(/^E_CASE: /);
    expect(message).toContain(text);
    expect(message).toContain(more);
  });

  it("takes a case with changes as a definition", () => {
    const case_ = getCase("3");
    expect(defineCase({ ...case_, id: "three" })).toEqual({ ...case_, id: "three" });
  });
});

describe("compileCase", () => {
  it("warns about the inputs that the case is for, and no others", () => {
    const count = () => numerical(makeHist());
    const definition = { id: "hist", task: "Counts.", vocab: [0, 1], program: count };
    const quiet = { onWarning: () => {} };
    const all = defineCase({ ...definition, maxSeqLen: 9, categorical: false }, quiet);
    expect(compileWarnings(compileCase(all)).map(({ node }) => node)).toEqual(["hist_1"]);
    const inputs = [[0, 1, 0, 1, 0, 1, 0, 1]];
    const few = defineCase({ ...definition, inputs, categorical: false }, quiet);
    expect(compileWarnings(compileCase(few))).toEqual([]);
  });
});
