import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import {
  aggregate,
  EQ,
  indices,
  map,
  named,
  type RaspValue,
  select,
  tokens,
} from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import { generateDataSteps } from "./generate-data.ts";
import {
  areEnumerable,
  type CaseDefinition,
  corruptData,
  countInputs,
  drawsFromKey,
  enumerateInputs,
  generateData,
  isInput,
  makeCase,
  measureExactness,
  originalData,
  probeInputs,
  sampleInputs,
} from "./index.ts";

const key = Key.fromSeed(3);

/** The token behind the "#": of inputs with one "#", or with more whose mean place is whole. */
const behind = () => {
  const isHash = named(
    map(() => "#", tokens),
    "hash",
  );
  const place = named(aggregate(select(tokens, isHash, EQ), indices), "place");
  const next = named(
    map((i: number) => i + 1, place),
    "next",
  );
  return named(aggregate(select(indices, next, EQ), tokens), "behind");
};

const hasOneHash = (input: readonly RaspValue[]) => input.filter((t) => t === "#").length === 1;

const caseOf = (changes: Partial<CaseDefinition>) =>
  makeCase({
    id: "behind",
    task: 'The token behind "#".',
    program: behind,
    vocab: ["a", "b", "#"],
    maxSeqLen: 5,
    ...changes,
  });

/** Inputs of full length, as texts. */
const textsOf = (rows: readonly (readonly RaspValue[])[]) => rows.map((row) => row.join(""));

describe("inputs that a case names", () => {
  it("are all sequences of tokens unless it says something else", () => {
    expect(countInputs(caseOf({}))).toBe(81n);
    expect(isInput(caseOf({}), ["#", "#"])).toBe(true);
  });

  it.each([
    ["as a list of texts", ["a#bb", "#aab", "ab#a", "a#bb"]],
    ["as a list of tokens", [["a", "#", "b", "b"], [..."#aab"], [..."ab#a"]]],
  ])("can be written %s, each counting once", (_, inputs) => {
    const case_ = caseOf({ inputs });
    expect(textsOf(enumerateInputs(case_))).toEqual(["a#bb", "#aab", "ab#a"]);
    expect(countInputs(case_)).toBe(3n);
    expect(isInput(case_, [..."ab#a"])).toBe(true);
    expect(isInput(case_, [..."aaaa"])).toBe(false);
  });

  it("can be those that pass a test: four places for the one sign, two letters at the others", () => {
    const case_ = caseOf({ inputs: hasOneHash });
    expect(countInputs(case_)).toBe(BigInt(4 * 2 ** 3));
    expect(enumerateInputs(case_).every(hasOneHash)).toBe(true);
    const both = { variableLength: true };
    expect(countInputs(makeCase({ ...case_, minSeqLen: 4 }), both)).toBe(BigInt(32 + 3 * 4));
  });

  it("give the shortest and the longest length if they are not said", () => {
    const case_ = caseOf({ inputs: ["#a", "a#a"], maxSeqLen: undefined });
    expect([case_.minSeqLen, case_.maxSeqLen]).toEqual([3, 4]);
    expect(textsOf(enumerateInputs(case_, { variableLength: true }))).toEqual(["#a", "a#a"]);
    expect(textsOf(enumerateInputs(case_))).toEqual(["a#a"]);
  });

  it("are refused where they are shorter than is said", () => {
    expect(() => caseOf({ inputs: ["#a", "a#aa"], minSeqLen: 4 })).toThrow(
      expect.objectContaining({
        code: "E_CASE",
        at: "inputs",
        expected: "inputs of at least 3 tokens, as minSeqLen says",
        received: "one of 2",
      }),
    );
  });

  it("are listed up to two million sequences, and drawn where there are more", () => {
    const [all, most] = [13, 14].map((tokens) => caseOf({ maxSeqLen: tokens + 1 }));
    expect([areEnumerable(all!), areEnumerable(most!)]).toEqual([true, false]);
    expect(countInputs(most!)).toBe(4_782_969n);
    // More than there are: every step of listing them would fail at the first.
    const steps = generateDataSteps(most!, { key, size: 5_000_000, distinct: false });
    expect([0, 1, 2, 3].map(() => steps.next().done)).toEqual([false, false, false, false]);
  });

  it("are all that data are made of, also corrupted ones", () => {
    for (const inputs of [hasOneHash, textsOf(enumerateInputs(caseOf({ inputs: hasOneHash })))]) {
      const case_ = caseOf({ inputs });
      const all = generateData(case_, { key, size: 50 });
      expect(all.count).toBe(32);
      const some = generateData(case_, { key, size: 20, distinct: false });
      const data = [all, some, corruptData(case_, all, { key }), corruptData(case_, some, { key })];
      for (const { inputs: rows } of [...data, originalData(case_, { maxSamples: 20 })]) {
        expect(rows.every((row) => hasOneHash(row))).toBe(true);
      }
    }
  });

  it("are found among too many sequences to go through, if they are not rare", () => {
    const request = { count: 20, minSeqLen: 25, maxSeqLen: 25, vocab: ["#", "a", "b"] };
    const beginsWithHash = caseOf({ maxSeqLen: 25, inputs: ([first]) => first === "#" });
    const rows = sampleInputs(beginsWithHash, drawsFromKey(key), request);
    expect(rows.map(([first]) => first)).toEqual(new Array(20).fill("#"));
    expect(countInputs(beginsWithHash)).toBe(3n ** 24n);
    const never = caseOf({ maxSeqLen: 25, inputs: () => false });
    expect(() => sampleInputs(never, drawsFromKey(key), request)).toThrow(
      expect.objectContaining({ code: "E_DATA", received: "0 of 100000 random ones" }),
    );
    expect(() => enumerateInputs(caseOf({ inputs: () => false }))).toThrow(/has no inputs/);
  });

  it("are drawn by the sampler of the case, which must draw nothing else", () => {
    const sampler: CaseDefinition["sampler"] = (draws, { count, maxSeqLen }) =>
      Array.from({ length: count }, () => ["#", ...draws.tokens(["a", "b"], maxSeqLen - 2)]);
    const case_ = caseOf({ maxSeqLen: 30, inputs: hasOneHash, sampler });
    const { inputs } = generateData(case_, { key, size: 10 });
    expect(inputs.every((row) => row[1] === "#")).toBe(true);
    for (const wrong of [() => [], () => "no", () => [["a"]]]) {
      const bad = makeCase({ ...case_, sampler: wrong as never });
      expect(() => generateData(bad, { key, size: 1 })).toThrow(
        expect.objectContaining({ code: "E_DATA", at: "sampler" }),
      );
    }
  });

  it.each([
    ["throws", () => (null as unknown as { x: boolean }).x, "Cannot read properties of null"],
    ["gives a number", () => 1, "1"],
    ["is a generator", function* () {}, "an empty object"],
  ])("are an error if the test %s", (_, inputs, received) => {
    const wrong = caseOf({ inputs: inputs as never });
    expect(() => countInputs(wrong)).toThrow(
      expect.objectContaining({ code: "E_CASE", received: expect.stringContaining(received) }),
    );
  });
});

describe("exactness", () => {
  it("is measured where the program has a value, and says where it has none", async () => {
    const words = () =>
      aggregate(
        select(tokens, tokens, (k: string, q: string) => q === "b" && k === "a"),
        tokens,
      );
    const backend = await wasmBackend();
    const { random } = measureExactness(caseOf({ program: words }), backend);
    expect(random).toMatchObject({ inputs: 400, mistakes: 0 });
    // Wherever a "b" and two "a" meet, "a" is averaged with "a".
    const stopped = probeInputs(caseOf({}), 400).random.filter((row) => {
      const count = (token: string) => row.filter((t) => t === token).length;
      return count("a") > 1 && count("b") > 0;
    });
    expect(random.stopped).toBe(stopped.length);
    expect(random.stopped).toBeGreaterThan(40);
  });

  it("is measured on the inputs that the case names alone", async () => {
    const backend = await wasmBackend();
    const anything = measureExactness(caseOf({}), backend);
    expect(anything.random).toMatchObject({ inputs: 400, mistakes: expect.any(Number) });
    expect(Reflect.get(anything.random, "mistakes")).toBeGreaterThan(0);
    const named = measureExactness(caseOf({ inputs: hasOneHash }), backend);
    expect(named.random).toMatchObject({ inputs: 32, mistakes: 0 });
    expect(named.structured).toMatchObject({ mistakes: 0 });
    expect(named.structured.inputs).toBeLessThan(anything.structured.inputs);
  });
});

describe("numbered inputs", () => {
  const rows = [..."ab"].flatMap((a) =>
    [..."ab"].flatMap((b) => [
      [a, "#", b, "b"],
      [a, b, "#", "a"],
    ]),
  );
  const numbered = {
    count: rows.length,
    at: (number: number) => rows[number]!,
    has: (input: readonly RaspValue[]) => rows.some((row) => row.join() === input.join()),
  };

  it("are made one by one, and none of them twice", () => {
    const own = caseOf({ inputs: numbered });
    expect(countInputs(own)).toBe(8n);
    expect(enumerateInputs(own)).toEqual(rows);
    expect(isInput(own, [..."a#bb"])).toBe(true);
    expect(isInput(own, [..."abba"])).toBe(false);
    const all = generateData(own, { key, size: 100 });
    expect(all.count).toBe(8);
    const draws = drawsFromKey(key);
    const request = { count: 50, vocab: own.vocab, minSeqLen: 5, maxSeqLen: 5 };
    expect(sampleInputs(own, draws, request).every((row) => isInput(own, row))).toBe(true);
  });

  it("are what a program is compiled for", async () => {
    const { random } = measureExactness(caseOf({ inputs: numbered }), await wasmBackend());
    expect(random).toMatchObject({ inputs: 8, stopped: 0, mistakes: 0 });
  });

  it.each([
    ["inputs.count", { ...numbered, count: 0 }],
    ["inputs.at", { ...numbered, at: rows }],
    ["inputs.has", { ...numbered, has: undefined }],
  ])("are refused without %s", (at, inputs) => {
    expect(() => caseOf({ inputs: inputs as unknown as CaseDefinition["inputs"] })).toThrow(
      expect.objectContaining({ code: "E_CASE", at }),
    );
  });
});

describe("named corruptions", () => {
  const reversed = (_: unknown, input: readonly RaspValue[]) => input.toReversed();
  const rotated = (_: unknown, input: readonly RaspValue[]) => [...input.slice(1), input[0]!];

  it("are chosen by name, the first by default", () => {
    const own = caseOf({ corruptions: { reversed, rotated } });
    const clean = generateData(own, { key, size: 5 });
    const rowsOf = (corruption?: string) =>
      corruptData(own, clean, { key, corruption }).inputs.map((row) => row.slice(1));
    expect(rowsOf()).toEqual(clean.inputs.map((row) => row.slice(1).toReversed()));
    expect(rowsOf("rotated")).toEqual(clean.inputs.map((row) => [...row.slice(2), row[1]]));
    expect(() => rowsOf("rotate")).toThrow('no corruption of case "behind" "rotate"');
    expect(makeCase(own as CaseDefinition).corrupt).toBe(reversed);
  });

  it("are functions, the first of them the default", () => {
    const at = (definition: object) => {
      try {
        caseOf(definition);
      } catch (error) {
        return (error as { at?: string }).at;
      }
      return "accepted";
    };
    expect(at({ corruptions: { reversed: 3 } })).toBe("corruptions.reversed");
    expect(at({ corruptions: [reversed] })).toBe("corruptions");
    expect(at({ corruptions: { reversed, rotated }, corrupt: rotated })).toBe("corrupt");
  });
});
