import { describe, expect, it } from "vitest";
import type { NodeEffect, NodeEffects } from "../../evaluation/index.ts";
import { shareInterval } from "../../statistics/index.ts";
import { drawEffects, effectRow } from "./effects-table.ts";

const effect: NodeEffect = {
  node: { hook: "blocks.0.mlp.hook_post", head: null },
  text: "blocks.0.mlp.hook_post",
  status: "in_circuit",
  resample: 0.5,
  mean: undefined,
  zero: 1,
};
const effects: NodeEffects = {
  rows: [effect],
  metric: "accuracy",
  pairCount: 100,
  inputCount: 20,
  isComplete: { pairs: false, inputs: true },
  seen: { resample: 40, mean: 20, zero: 20 },
  freshPairs: 4,
};

describe("the line of a node", () => {
  it("has intervals of its effects, none of those that are not defined", () => {
    const { intervals } = effectRow(effect, effects, false);
    // Twenty inputs that were drawn are ten pairs at most, of which four in ten have labels that differ.
    expect(intervals).toEqual({
      resample: shareInterval(0.5, 4),
      mean: undefined,
      zero: shareInterval(1, 20),
    });
  });

  it("is exact where all there is was taken", () => {
    const { intervals } = effectRow(effect, effects, true);
    expect(intervals.zero).toEqual({ low: 1, high: 1 });
    expect(intervals.resample).toEqual(shareInterval(0.5, 40));
  });

  it("has none of effects that are no shares", () => {
    const { intervals } = effectRow(effect, { ...effects, metric: "kl_div" }, true);
    expect(intervals.resample).toBeUndefined();
  });

  it("is drawn", () => {
    const svg = drawEffects([effectRow(effect, effects, false)], ["resample", "zero"], "Effects");
    expect(svg).toContain("blocks.0.mlp.hook_post (in circuit)");
    expect(svg).toContain(">0.5<");
  });
});
