import { describe, expect, it } from "vitest";
import { fullGraph } from "../../circuit/index.ts";
import { Key } from "../../rng/index.ts";
import { drawUniform, uniformMask } from "./draw.ts";

describe("a mask that is drawn uniformly", () => {
  it.each([
    [0.5, 0.375, 0.375],
    [0.9, 0.055, 0.855],
    [0.2, 0.72, 0.12],
  ])("with p = %d is 0 and 1 as often as it should be, and p on average", (p, zero, one) => {
    const count = 200000;
    const draws = Array.from({ length: count }, (_, i) => uniformMask(p, (i + 0.5) / count));
    const share = (test: (x: number) => boolean) => draws.filter(test).length / count;
    expect(share((x) => x === 0)).toBeCloseTo(zero, 4);
    expect(share((x) => x === 1)).toBeCloseTo(one, 4);
    expect(draws.reduce((sum, x) => sum + x, 0) / count).toBeCloseTo(p, 9);
    // What is between is uniform: a quarter of it is below ¼.
    const between = draws.filter((x) => x > 0 && x < 1);
    expect(between.filter((x) => x < 0.25).length / between.length).toBeCloseTo(0.25, 3);
  });

  it("is certain where p is", () => {
    expect([uniformMask(0, 0.3), uniformMask(1, 0.3)]).toEqual([0, 1]);
  });
});

describe("the draw of a step", () => {
  const graph = fullGraph({ nLayers: 1, nHeads: 1 });
  const edges = graph.edges.length;
  const draw = (p: number, samples = 400) =>
    drawUniform(graph, new Float64Array(edges).fill(p), samples, Key.fromSeed(3));

  it("has interior samples count for all samples of their edge", () => {
    const { masks, gains } = draw(0.5);
    // Nothing that ends at the output, or comes from the embeddings alone, can dangle: the direct edge.
    const direct = graph.edges.findIndex(
      ({ text }) => text === "blocks.0.hook_resid_pre->blocks.0.hook_resid_post",
    );
    const own = Array.from({ length: 400 }, (_, i) => i * edges + direct);
    const isInterior = (i: number) => masks[i]! > 0 && masks[i]! < 1;
    expect(own.reduce((sum, i) => sum + gains[i]!, 0)).toBeCloseTo(400, 9);
    expect(own.every((i) => gains[i]! > 0 === isInterior(i))).toBe(true);
    expect(Math.abs(own.filter(isInterior).length / 400 - 0.25)).toBeLessThan(0.08);
  });

  it("leaves no edge that dangles", () => {
    const { masks, gains } = draw(0.5);
    const at = (text: string) => graph.edges.findIndex((edge) => edge.text === text);
    const [into, out] = [
      ["q", "k", "v"].map((input) =>
        at(`blocks.0.hook_resid_pre->blocks.0.hook_${input}_input[0]`),
      ),
      [
        at("blocks.0.attn.hook_result[0]->blocks.0.hook_mlp_in"),
        at("blocks.0.attn.hook_result[0]->blocks.0.hook_resid_post"),
      ],
    ];
    let dropped = 0;
    for (let sample = 0; sample < 400; sample++) {
      const own = masks.subarray(sample * edges, (sample + 1) * edges);
      const isIn = into.some((edge) => own[edge]! > 0);
      const isOut = out.some((edge) => own[edge]! > 0);
      expect(isIn).toBe(isOut);
      dropped += isIn ? 0 : 1;
    }
    expect(dropped).toBeGreaterThan(10);
    masks.forEach((mask, i) => {
      if (mask === 0) expect(gains[i]).toBe(0);
    });
  });

  it("is a function of the key", () => {
    expect(draw(0.7)).toEqual(draw(0.7));
    expect(drawUniform(graph, new Float64Array(edges).fill(0.7), 2, Key.fromSeed(4))).not.toEqual(
      draw(0.7, 2),
    );
  });
});
