import { describe, expect, it } from "vitest";
import type { MasksFrame } from "../../engine/methods/watch.ts";
import { circuitFacts } from "../circuit/facts.ts";
import { meansOf } from "./charts.ts";
import { addFrame, frameFacts, type Learning } from "./frames.ts";

const head = "blocks.0.hook_resid_pre->blocks.0.attn.hook_result[0]";
const truth = { edges: [head.split("->")], nodes: head.split("->") };
const facts = circuitFacts({
  model: { config: { nLayers: 1, nHeads: 1 }, truth },
  result: undefined,
} as never);

const frameOf = (isKept: (edge: string) => boolean, step = 3): MasksFrame => ({
  kind: "masks",
  setting: 1,
  settings: 2,
  step,
  steps: 10,
  wanted: 0.5,
  losses: [2, 1],
  scores: Float64Array.from(facts.edges, (edge) => (isKept(edge) ? 1 : 0)),
  kept: Uint8Array.from(facts.edges, (edge) => (isKept(edge) ? 1 : 0)),
});

describe("masks in a moment", () => {
  it("are as sparse as their circuit, and true where any input of a true edge is kept", () => {
    const all = facts.edges.length;
    const said = frameFacts(
      facts,
      frameOf((edge) => edge.includes("hook_k_input") || edge.includes("mlp_in")),
    );
    expect(said).toMatchObject({ step: 13, size: 3, wanted: 0.5, recall: 1, precision: 1 / 3 });
    expect(said.sparsity).toBeCloseTo(1 - 3 / all, 12);
    expect(said.softSparsity).toBeCloseTo(1 - 3 / all, 12);
    expect(said.counts).toMatchObject({ tp: 1, fp: 2, fn: 0 });
    expect(
      frameFacts(
        facts,
        frameOf(() => false),
      ),
    ).toMatchObject({
      sparsity: 1,
      recall: 0,
      precision: undefined,
    });
  });

  it("keep all losses, which curves have as means of neighbours", () => {
    const learning: Learning = { frames: [], losses: [] };
    const frame = frameOf(() => true);
    for (const _ of [1, 2]) addFrame(learning, frame);
    expect(learning).toEqual({ frames: [frame, frame], losses: [2, 1, 2, 1] });
    expect(meansOf([3, 1])).toEqual([
      { x: 1, y: 3 },
      { x: 2, y: 1 },
    ]);
    const long = meansOf(Array.from({ length: 1000 }, (_, i) => i));
    expect(long.length).toBe(250);
    expect(long[0]).toEqual({ x: 2.5, y: 1.5 });
  });
});
