import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { drawPairs, epochOrder, makePairs } from "./pairs.ts";
import { parseRecipe } from "./recipe.ts";
import { caseThree } from "./tasks.testing.ts";

const key = Key.fromSeed(5);
const task = caseThree();

const withInputs = (multiplicity: ArrayLike<number>) => ({ ...task, multiplicity });
const inputs = (count: number) => withInputs(new Float64Array(count).fill(1));

const recipe = parseRecipe({ trainPairs: 3000, validationPairs: 500 });

const partsOf = (count: number) => {
  const split = makePairs(inputs(count), recipe, key);
  const { base, source } = split.pairs;
  const text = (i: number) => `${base[i]},${source[i]}`;
  const all = Array.from(base, (_, i) => text(i));
  return { split, train: all.slice(0, split.trainCount), validation: all.slice(split.trainCount) };
};

describe("the pairs of a run", () => {
  it("of a single input are that input with itself, and none is held out", () => {
    const { split, train, validation } = partsOf(1);
    expect(split.heldOut).toBe("nothing");
    expect([new Set(train).size, new Set(validation).size]).toEqual([1, 1]);
  });

  it("of few inputs have held-out pairs that are never trained", () => {
    const { split, train, validation } = partsOf(40);
    expect(split.heldOut).toBe("pairs");
    expect(train).toHaveLength(3000);
    expect(validation).toHaveLength(40 * 8);
    expect(new Set(validation).size).toBe(40 * 8);
    expect(validation.filter((pair) => train.includes(pair))).toEqual([]);
    expect(new Set(train.map((pair) => pair.split(",")[0])).size).toBe(40);
  });

  it("hold out the same share of every input's partners, on both sides", () => {
    const { split } = partsOf(40);
    const { base, source } = split.pairs;
    for (const side of [base, source]) {
      const counts = new Array<number>(40).fill(0);
      for (const row of side.subarray(split.trainCount)) counts[row]!++;
      expect(new Set(counts)).toEqual(new Set([8]));
    }
  });

  it("are drawn for validation where all held-out ones would be too many", () => {
    const { split, train, validation } = partsOf(256);
    expect(split.validationCount).toBe(500);
    expect(validation.filter((pair) => train.includes(pair))).toEqual([]);
  });

  it("of many inputs have held-out inputs", () => {
    const { split } = partsOf(20_000);
    expect(split.heldOut).toBe("inputs");
    const { base, source } = split.pairs;
    const trained = new Set([
      ...base.subarray(0, split.trainCount),
      ...source.subarray(0, split.trainCount),
    ]);
    const validated = [...base.subarray(split.trainCount), ...source.subarray(split.trainCount)];
    expect(validated.filter((row) => trained.has(row))).toEqual([]);
  });

  it("occur by multiplicity", () => {
    const { base, source } = drawPairs([1, 0, 3], 4000, key);
    for (const side of [base, source]) {
      const share = side.filter((row) => row === 2).length / 4000;
      expect(Math.abs(share - 0.75)).toBeLessThan(0.03);
      expect(side.includes(1)).toBe(false);
    }
  });

  it("are the same for the same key, and come in another order in every epoch", () => {
    const split = makePairs(inputs(40), recipe, key);
    expect(makePairs(inputs(40), recipe, key)).toEqual(split);
    const [first, again, second] = [0, 0, 1].map((epoch) => [...epochOrder(split, key, epoch)]);
    expect(first).toEqual(again);
    expect(first).not.toEqual(second);
    expect(second!.toSorted((a, b) => a - b)).toEqual([...Array(3000).keys()]);
  });
});
