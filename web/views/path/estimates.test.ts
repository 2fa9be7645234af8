import { describe, expect, it } from "vitest";
import type { PathPoint } from "../../engine/methods/watch.ts";
import { circuitFacts } from "../circuit/facts.ts";
import { aurocOf, largestEffects, mergedEffects, runningEstimates } from "./estimates.ts";

const point = (weight: number, effects: readonly number[]) =>
  ({ weight, effects: Float64Array.from(effects) }) as unknown as PathPoint;

describe("what points of a path add up to", () => {
  it("is the mean so far times all weights, and in the end the sum itself", () => {
    const points = [point(0.25, [4, 0]), point(0.5, [1, 2]), point(0.25, [0, -4])];
    expect(runningEstimates(points).map((one) => [...one])).toEqual([
      [4, 0],
      [2, 4 / 3],
      [1.5, 0],
    ]);
    const thirds = [0.1, 0.2, 0.3].map((value) => point(1 / 3, [value]));
    const sum = (0.1 * 1) / 3 + (0.2 * 1) / 3 + (0.3 * 1) / 3;
    expect(runningEstimates(thirds).at(-1)![0]).toBeCloseTo(sum, 15);
    expect(runningEstimates([])).toEqual([]);
  });

  it("counts between components by the largest of their edges, with its sign", () => {
    const config = { nLayers: 1, nHeads: 1 };
    const model = { config, truth: undefined } as never;
    const facts = circuitFacts({ model, result: undefined } as never);
    const values = facts.edges.map((text) =>
      text.includes("hook_k_input") ? -3 : text.includes("hook_q_input") ? 2 : 0.5,
    );
    const merged = mergedEffects(facts, Float64Array.from(values));
    const head = "blocks.0.hook_resid_pre->blocks.0.attn.hook_result[0]";
    expect(merged.get(head)).toBe(-3);
    expect([...merged.keys()].sort()).toEqual([...facts.whole.merged.edges.keys()].sort());
    expect(largestEffects(merged, 1)).toEqual([head]);
    expect(aurocOf(merged, facts)).toBeUndefined();
    const truth = {
      ...facts.whole.merged,
      edges: new Map([[head, facts.whole.merged.edges.get(head)!]]),
    };
    expect(aurocOf(merged, { truth })).toBe(1);
  });
});
