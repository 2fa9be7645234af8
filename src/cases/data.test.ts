import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RaspValue, sequenceMap, shiftBy, tokens } from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import {
  type Corruption,
  corruptData,
  countInputs,
  type Dataset,
  defineCase,
  drawsFromKey,
  enumerateInputs,
  firstOccurrences,
  generateData,
  getCase,
  halfAndHalf,
  makeDataset,
  mergeDuplicates,
  originalData,
  selectRows,
  tokenRow,
  uniformRow,
} from "./index.ts";

const small = defineCase({
  id: "small",
  task: "Compares with the token before.",
  program: () => sequenceMap((x: string, y: string) => x === y, tokens, shiftBy(1, tokens)),
  vocab: ["a", "b"],
  minSeqLen: 2,
  maxSeqLen: 4,
});
const single = defineCase({
  id: "single",
  task: "Has one input.",
  program: () => tokens,
  vocab: [7],
  minSeqLen: 3,
  maxSeqLen: 3,
});

const key = Key.fromSeed(1);
const texts = ({ inputs }: Dataset) => inputs.map((row) => row.join(" "));
const total = ({ multiplicity }: Dataset) => multiplicity.reduce((sum, n) => sum + n, 0);
/** The number of rows that are equal in both. */
const equalRows = (a: Dataset, b: Dataset) =>
  texts(a).filter((text, row) => text === texts(b)[row]).length;

describe("makeDataset", () => {
  it("accepts no rows", () => {
    expect(makeDataset(small, [])).toMatchObject({ count: 0, positions: 4, inputs: [] });
  });

  it("puts BOS in front and PAD behind", () => {
    const data = makeDataset(small, [["b"], ["a", "b", "b"]]);
    expect(data.inputs).toEqual([
      ["BOS", "b", "PAD", "PAD"],
      ["BOS", "a", "b", "b"],
    ]);
    // In id order: BOS, PAD, a, b.
    expect([...data.tokens]).toEqual([0, 3, 1, 1, 0, 2, 3, 3]);
    expect([...data.multiplicity]).toEqual([1, 1]);
    expect([...tokenRow(data, 1)]).toEqual([0, 2, 3, 3]);
  });

  it("names the row it refuses", () => {
    const refusal = (rows: string[][]) => () => makeDataset(small, rows);
    expect(refusal([["a"], []])).toThrow(
      expect.objectContaining({ code: "E_DATA", at: "row 1", received: "0 tokens" }),
    );
    expect(refusal([["a", "a", "a", "a"]])).toThrow(
      expect.objectContaining({ expected: "1 to 3 tokens (BOS is added)" }),
    );
    for (const count of [0, -1, 0.5, Number.NaN, 2 ** 32]) {
      expect(() => makeDataset(small, [["a"], ["b"]], [1, count])).toThrow(
        expect.objectContaining({ code: "E_DATA", at: "row 1", received: String(count) }),
      );
    }
    expect(() => makeDataset(small, [["a"], ["b"]], [1])).toThrow("a row is no input");
    for (const token of ["c", "BOS", "PAD"]) {
      expect(refusal([["a", token]])).toThrow(
        expect.objectContaining({ received: `"${token}"`, expected: 'tokens from {"a", "b"}' }),
      );
    }
  });
});

describe("selectRows and mergeDuplicates", () => {
  const data = makeDataset(small, [["a"], ["b"], ["a"], ["a", "b"]], [1, 2, 3, 4]);

  it("keep order and multiplicity", () => {
    const selected = selectRows(data, [3, 0]);
    expect(texts(selected)).toEqual(["BOS a b PAD", "BOS a PAD PAD"]);
    expect([...selected.multiplicity]).toEqual([4, 1]);
    expect(selectRows(data, []).count).toBe(0);
    expect(() => selectRows(data, [4])).toThrow("no such row");
  });

  it("merge equal rows into the first and add their multiplicities up", () => {
    expect([...firstOccurrences(data)]).toEqual([0, 1, 0, 3]);
    const merged = mergeDuplicates(data);
    expect(texts(merged)).toEqual(["BOS a PAD PAD", "BOS b PAD PAD", "BOS a b PAD"]);
    expect([...merged.multiplicity]).toEqual([4, 2, 4]);
    expect(mergeDuplicates(merged)).toEqual(merged);
  });

  it("find the first of equal rows among thousands, as their texts do", () => {
    expect([...firstOccurrences(makeDataset(small, []))]).toEqual([]);
    const drawn = generateData(getCase("39"), { key, size: 3000, distinct: false });
    const fewer = selectRows(drawn, key.integers(6000, drawn.count));
    const rows = texts(fewer);
    const first = new Map<string, number>();
    for (const [row, text] of rows.entries()) if (!first.has(text)) first.set(text, row);
    expect(first.size).toBeGreaterThan(2000);
    expect([...firstOccurrences(fewer)]).toEqual(rows.map((text) => first.get(text)));
  });
});

describe("the input space", () => {
  it("is listed with the last token running fastest, short inputs first", () => {
    const rows = enumerateInputs(small).map((row) => row.join(""));
    expect(rows).toEqual(["aaa", "aab", "aba", "abb", "baa", "bab", "bba", "bbb"]);
    const all = enumerateInputs(small, { variableLength: true }).map((row) => row.join(""));
    expect(all).toEqual(["a", "b", "aa", "ab", "ba", "bb", ...rows]);
    expect(enumerateInputs(single)).toEqual([[7, 7]]);
  });

  it("is counted exactly, however large", () => {
    expect(countInputs(small)).toBe(8n);
    expect(countInputs(small, { variableLength: true })).toBe(14n);
    const wide = defineCase({ ...small, id: "wide", maxSeqLen: 61 });
    expect(countInputs(wide)).toBe(2n ** 60n);
    expect(() => enumerateInputs(wide)).toThrow(
      expect.objectContaining({ code: "E_DATA", received: String(2n ** 60n) }),
    );
  });
});

describe("generateData", () => {
  it("lists a small space completely, each input once", () => {
    for (const size of [8, 9, 1000]) {
      const data = generateData(small, { key, size });
      expect(data.count).toBe(8);
      expect([...texts(data)].sort()).toEqual(
        enumerateInputs(small).map((row) => ["BOS", ...row].join(" ")),
      );
      expect([...data.multiplicity]).toEqual(new Array(8).fill(1));
    }
    expect(generateData(small, { key, size: 14, variableLength: true }).count).toBe(14);
    expect(texts(generateData(single, { key, size: 1 }))).toEqual(["BOS 7 7"]);
  });

  it("draws from a larger space and merges equal rows", () => {
    const drawn = generateData(small, { key, size: 7, distinct: false });
    const merged = generateData(small, { key, size: 7 });
    expect(drawn.count).toBe(7);
    expect(new Set(texts(merged)).size).toBe(merged.count);
    expect(merged.count).toBeLessThan(7);
    expect(total(merged)).toBe(7);
    expect(merged).toEqual(mergeDuplicates(drawn));
  });

  it("draws every token at every place equally often", () => {
    const { tokens: ids, count } = generateData(getCase("4"), {
      key,
      size: 20_000,
      distinct: false,
    });
    for (let pos = 1; pos < 10; pos++) {
      const counts = new Map<number, number>();
      for (let row = 0; row < count; row++) {
        const id = ids[row * 10 + pos]!;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      expect(counts.size).toBe(5);
      // 4000 expected; the standard deviation is 57.
      for (const n of counts.values()) expect(Math.abs(n - 4000)).toBeLessThan(5 * 57);
    }
  });

  it("draws all lengths with PAD behind if asked to", () => {
    const data = generateData(getCase("4"), { key, size: 500, variableLength: true });
    const lengths = data.inputs.map((row) => row.filter((token) => token !== "PAD").length);
    expect([...new Set(lengths)].sort((a, b) => a - b)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    for (const row of data.inputs) expect(row.join(" ")).toMatch(/^BOS( [abc()])+( PAD)*$/);
  });

  it("is a function of the key", () => {
    const options = { size: 50, distinct: false };
    const first = generateData(getCase("4"), { ...options, key });
    expect(generateData(getCase("4"), { ...options, key: Key.fromSeed(1) })).toEqual(first);
    const other = generateData(getCase("4"), { ...options, key: Key.fromSeed(2) });
    expect(equalRows(first, other)).toBe(0);
  });

  it("uses the sampler of a case", () => {
    const constant = halfAndHalf((_, length) => new Array(length).fill("b"), uniformRow);
    const balanced = defineCase({ ...small, id: "balanced", maxSeqLen: 12, sampler: constant });
    const data = generateData(balanced, { key, size: 101 });
    const row = texts(data).indexOf(["BOS", ...new Array(11).fill("b")].join(" "));
    expect(data.multiplicity[row]).toBeGreaterThanOrEqual(50);
    expect(total(data)).toBe(101);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses to make %d inputs", (size) => {
    expect(() => generateData(small, { key, size })).toThrow(
      expect.objectContaining({ code: "E_DATA", received: String(size) }),
    );
  });
});

describe("corruptData", () => {
  it("leaves no input of a complete space in its place", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const clean = generateData(small, { key: Key.fromSeed(seed), size: 8 });
      const corrupted = corruptData(small, clean, { key: Key.fromSeed(seed) });
      expect([...texts(corrupted)].sort()).toEqual([...texts(clean)].sort());
      expect(equalRows(clean, corrupted)).toBe(0);
    }
  });

  it("draws no row equal to its clean row", () => {
    // 7 of 8 inputs, so that about one row in eight would be equal by chance.
    fc.assert(
      fc.property(fc.nat(10_000), fc.boolean(), (seed, variableLength) => {
        const options = { key: Key.fromSeed(seed), variableLength };
        const clean = generateData(small, { ...options, size: 7, distinct: false });
        const corrupted = corruptData(small, clean, options);
        expect(corrupted.count).toBe(7);
        expect(equalRows(clean, corrupted)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("draws no row equal to its clean row where a sampler knows one input of a kind", () => {
    // Of two rows of case 1 the second is always the vocabulary over and over.
    const one = getCase("1");
    for (let seed = 0; seed < 40; seed++) {
      const clean = generateData(one, { key: Key.fromSeed(seed), size: 2, distinct: false });
      const corrupted = corruptData(one, clean, { key: Key.fromSeed(1000 + seed) });
      expect(equalRows(clean, corrupted)).toBe(0);
    }
  });

  it("keeps the only input there is", () => {
    const clean = generateData(single, { key, size: 5 });
    expect(texts(corruptData(single, clean, { key }))).toEqual(texts(clean));
  });

  it("carries the multiplicity of the clean rows", () => {
    const clean = generateData(small, { key, size: 7 });
    const corrupted = corruptData(small, clean, { key });
    expect([...corrupted.multiplicity]).toEqual([...clean.multiplicity]);
    expect(total(corrupted)).toBe(7);
  });

  it("accepts no rows", () => {
    expect(corruptData(small, makeDataset(small, []), { key }).count).toBe(0);
  });

  it("draws other inputs than the clean ones", () => {
    const clean = generateData(getCase("4"), { key, size: 50, distinct: false });
    const corrupted = corruptData(getCase("4"), clean, { key });
    expect(texts(clean).filter((text) => texts(corrupted).includes(text))).toEqual([]);
  });
});

describe("the corruption of a case", () => {
  const corruptedBy = (corrupt: Corruption) => {
    const own = defineCase({ ...small, id: "own", corrupt });
    const clean = generateData(own, { key, size: 7 });
    return { clean, corrupted: corruptData(own, clean, { key }) };
  };
  const flipped: Corruption = (draws, input) => {
    const place = draws.integer(0, input.length - 1);
    return input.map((token, i) => (i === place ? (token === "a" ? "b" : "a") : token));
  };

  it("changes each input as it says, by draws of its own", () => {
    const { clean, corrupted } = corruptedBy(flipped);
    const places = clean.inputs.map((row, i) => {
      const changed = [...row.keys()].filter((j) => row[j] !== corrupted.inputs[i]![j]);
      expect(changed).toHaveLength(1);
      return changed[0];
    });
    expect(new Set(places).size).toBeGreaterThan(1);
    expect(corrupted.multiplicity).toEqual(clean.multiplicity);
    expect(texts(corruptedBy(flipped).corrupted)).toEqual(texts(corrupted));
  });

  it("gives inputs of the case, of the same length", () => {
    const message = /E_DATA|corrupts an input to none/;
    expect(() => corruptedBy((_, input) => input.slice(1))).toThrow(message);
    expect(() => corruptedBy(() => "abc" as unknown as RaspValue[])).toThrow(message);
    expect(() => corruptedBy((_, input) => input.map(() => 7))).toThrow("no input of case");
  });
});

describe("originalData", () => {
  it("lists all inputs of the greatest length only if their number is strictly between", () => {
    // 2 + 4 + 8 inputs of all lengths.
    const list = originalData(small, { minSamples: 13, maxSamples: 15 });
    expect([...texts(list)].sort()).toEqual(
      enumerateInputs(small).map((row) => ["BOS", ...row].join(" ")),
    );
    expect(originalData(small, { minSamples: 14, maxSamples: 20 }).count).toBe(20);
    expect(originalData(small, { minSamples: 13, maxSamples: 14 }).count).toBe(14);
    expect(originalData(small, { minSamples: null, maxSamples: 14 }).count).toBe(14);
    expect(originalData(small, { minSamples: null, maxSamples: null }).count).toBe(8);
    expect(originalData(small, { minSamples: 13, maxSamples: null }).count).toBe(8);
    expect(originalData(small, { minSamples: 15, maxSamples: null }).count).toBe(15);
  });

  it("does not merge equal rows", () => {
    const data = originalData(small, { minSamples: 14, maxSamples: 30 });
    expect(data.count).toBe(30);
    expect(new Set(texts(data)).size).toBeLessThanOrEqual(8);
  });

  it("refuses inputs that all have the same output", () => {
    expect(() => originalData(single)).toThrow(
      expect.objectContaining({ code: "E_DATA", expected: "at least two different outputs" }),
    );
  });
});

describe("drawsFromKey", () => {
  it("gives the same stream for the same key", () => {
    const stream = () => {
      const draws = drawsFromKey(key);
      return [
        draws.integer(3, 5),
        draws.choice([1, 2, 3]),
        draws.choices([1, 2], 3),
        draws.sample([1, 2, 3, 4], 2),
        draws.shuffled([1, 2, 3, 4]),
        draws.tokens(["a", "b"], 3),
      ];
    };
    expect(stream()).toEqual(stream());
  });

  it("includes both ends of a range and differs from call to call", () => {
    const draws = drawsFromKey(key);
    const values = Array.from({ length: 200 }, () => draws.integer(3, 5));
    expect([...new Set(values)].sort()).toEqual([3, 4, 5]);
    expect(draws.integer(4, 4)).toBe(4);
  });
});
