import { describe, expect, it } from "vitest";
import { lowLevelNodes, overlap } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { outsideNodes } from "./alignment.ts";
import { drawOutside, drawOutsideMasks, drawVariable } from "./sampling.ts";
import { caseThree } from "./tasks.testing.ts";

const { lowLevelConfig, correspondence } = caseThree();
const outside = outsideNodes(lowLevelConfig, correspondence);
const keys = Array.from({ length: 400 }, (_, i) => Key.fromSeed(i));

describe("nodes", () => {
  it("of a model without layers are none", () => {
    expect(lowLevelNodes({ ...lowLevelConfig, nLayers: 0 })).toEqual([]);
  });

  it("overlap where they share a head", () => {
    const [all, one, two] = [null, 1, 2].map((head) => ({
      hook: "blocks.0.attn.hook_result",
      head,
    }));
    expect([overlap(all!, one!), overlap(one!, all!), overlap(one!, two!)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(overlap(one!, { hook: "blocks.1.attn.hook_result", head: 1 })).toBe(false);
  });

  it("outside the circuit are all but the images", () => {
    expect(lowLevelNodes(lowLevelConfig)).toHaveLength(10);
    expect(outside).toHaveLength(8);
    expect(outsideNodes(lowLevelConfig, [])).toHaveLength(10);
  });
});

describe("drawn nodes", () => {
  it("are each as likely, one at a time", () => {
    const drawn = keys.map((key) => drawOutside(key, outside, "individual"));
    expect(drawn.every((nodes) => nodes.length === 1)).toBe(true);
    for (const node of outside) {
      const count = drawn.filter(([first]) => first === node).length;
      expect(Math.abs(count - 50)).toBeLessThan(25);
    }
  });

  it("are half of them, or all", () => {
    const sizes = keys.map((key) => drawOutside(key, outside, "sample_all").length);
    expect(Math.abs(sizes.reduce((a, b) => a + b, 0) / 400 - 4)).toBeLessThan(0.3);
    expect(drawOutside(keys[0]!, outside, "all")).toEqual(outside);
  });

  it("are mixed: none, one, all, and half of them, a quarter each", () => {
    const pairs = 40_000;
    const masks = drawOutsideMasks(Key.fromSeed(3), 8, "mixed", pairs);
    const sizes = Array.from({ length: pairs }, (_, pair) =>
      masks.subarray(8 * pair, 8 * pair + 8).reduce((sum, x) => sum + x, 0),
    );
    const share = (size: number) => sizes.filter((x) => x === size).length / pairs;
    // A quarter of the pairs draw from a binomial of 8, which has none, one, … in 1/256, 8/256, ….
    expect(share(0)).toBeCloseTo(1 / 4 + 1 / 1024, 2);
    expect(share(1)).toBeCloseTo(1 / 4 + 8 / 1024, 2);
    expect(share(4)).toBeCloseTo(70 / 1024, 2);
    expect(share(8)).toBeCloseTo(1 / 4 + 1 / 1024, 2);
  });

  it("for a batch are those of a single pair, and none of none", () => {
    for (const sampling of ["individual", "sample_all", "all", "mixed"] as const) {
      const mask = drawOutsideMasks(keys[5]!, outside.length, sampling, 1);
      const nodes = outside.filter((_, i) => mask[i] === 1);
      expect(drawOutside(keys[5]!, outside, sampling)).toEqual(nodes);
      expect(drawOutsideMasks(keys[5]!, 0, sampling, 3)).toHaveLength(0);
    }
  });

  it("include every variable", () => {
    expect(new Set(keys.map((key) => drawVariable(key, 3)))).toEqual(new Set([0, 1, 2]));
  });
});
