import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  circuitFromTexts,
  circuitOf,
  evaluateCircuit,
  fullGraph,
  graphCircuit,
  headCircuit,
} from "../../circuit/index.ts";
import { formatError } from "../../errors/index.ts";
import { PICTURES } from "./examples.testing.ts";
import { layoutOf } from "./layout.ts";
import { type CircuitPicture, diagramOf } from "./picture.ts";
import { drawCircuitSvg } from "./svg.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../test/fixtures/report/${name}`, import.meta.url));

const found = PICTURES["case-3-found"]!;

describe("drawCircuitSvg", () => {
  for (const [name, picture] of Object.entries(PICTURES)) {
    it(`draws ${name} as in its snapshot`, async () => {
      await expect(drawCircuitSvg(picture)).toMatchFileSnapshot(fixture(`${name}.svg`));
    });
  }

  it("draws true negatives when asked to", async () => {
    const drawing = drawCircuitSvg(found, { trueNegatives: true });
    await expect(drawing).toMatchFileSnapshot(fixture("case-3-true-negatives.svg"));
  });

  it("shows sizes with the sign of what they are the size of", () => {
    const drawing = drawCircuitSvg(PICTURES["case-3-sizes"]!);
    expect(drawing).toContain("in the circuit, size of the effect 0.5 (effect -0.5)");
    expect(drawing).toContain("in the circuit, size of the effect 0.4<");
    expect(drawing).toContain("line width: size of the effect, widest 0.5");
    expect(drawing.match(/>(positive|negative) effect</g)).toHaveLength(2);
    expect(drawing.match(/stroke="#b2182b" stroke-width="[\d.]+" stroke-dasharray/g)).toHaveLength(
      3,
    );
  });

  it("does not depend on the order of edges", () => {
    const pairs = [
      ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_in"],
      ["blocks.0.hook_mlp_out", "blocks.0.hook_resid_post"],
      ["blocks.0.hook_resid_pre", "blocks.0.hook_k_input[1]"],
    ] as const;
    const shape = { nLayers: 1, nHeads: 2 };
    const drawings = [pairs, [...pairs].reverse()].map((edges) =>
      drawCircuitSvg({ shape, circuit: circuitFromTexts(edges) }),
    );
    expect(drawings[0]).toBe(drawings[1]);
  });

  it("counts as the score does, in the legend and in the description", () => {
    const drawing = drawCircuitSvg(found);
    const { edges, nodes } = evaluateCircuit(found.circuit, found.truth!, found.shape);
    expect(edges.counts).toEqual({ tp: 3, fp: 4, fn: 1, tn: 45 });
    expect(nodes.counts).toEqual({ tp: 4, fp: 2, fn: 0, tn: 6 });
    const rows = [
      ...drawing.matchAll(
        />(true|false) (\w+)[^<]*<\/text>\s*<text[^>]*>(\d+)<\/text>\s*<text[^>]*>(\d+)</g,
      ),
    ];
    expect(rows.map((row) => row.slice(1))).toEqual([
      ["true", "positive", "3", "4"],
      ["false", "positive", "4", "2"],
      ["false", "negative", "1", "0"],
      ["true", "negative", "45", "6"],
    ]);
    expect(drawing).toContain("false negative: 1 edge (a1.2 → resid_post), 0 nodes");
  });

  it("never tells marks apart by colour alone", () => {
    const drawing = drawCircuitSvg(found);
    const groups = (mark: string) => drawing.split(`<g class="${mark}"`)[1]!.split("</g>")[0]!;
    const dashes = (mark: string) =>
      new Set(groups(mark).match(/stroke-dasharray="[^"]*"/g) ?? ["solid"]);
    const all = ["truePositive", "falsePositive", "falseNegative"].flatMap((mark) => [
      ...dashes(mark),
    ]);
    expect(new Set(all).size).toBe(3);
  });

  it("escapes titles and keeps ids apart", () => {
    const picture: CircuitPicture = { ...PICTURES["empty-circuit"]!, title: `a < b & "c"` };
    const drawing = drawCircuitSvg(picture, { idPrefix: "second" });
    expect(drawing).toContain('<title id="second-title">a &lt; b &amp; &quot;c&quot;</title>');
    expect(drawing).toContain('aria-labelledby="second-title second-desc"');
    expect(drawing).not.toContain("circuit-title");
  });

  it("draws infinite and missing scores", () => {
    const [edge, other] = [
      "blocks.0.hook_resid_pre->blocks.0.hook_mlp_in",
      "blocks.0.hook_mlp_out->blocks.0.hook_resid_post",
    ] as const;
    const drawing = drawCircuitSvg({
      shape: { nLayers: 1, nHeads: 1 },
      circuit: circuitFromTexts([edge, other].map((text) => text.split("->") as [string, string])),
      scores: new Map([[edge, Number.POSITIVE_INFINITY]]),
    });
    expect(drawing).toContain("score ∞");
    expect(drawing).not.toContain("NaN");
  });

  it("refuses nodes the model does not have", () => {
    const draw = (node: string) => () =>
      drawCircuitSvg({ shape: { nLayers: 1, nHeads: 2 }, circuit: circuitFromTexts([], [node]) });
    expect(draw("blocks.0.attn.hook_result[1]")).not.toThrow();
    for (const node of ["blocks.1.hook_mlp_out", "blocks.0.attn.hook_result[2]", "x"]) {
      expect(draw(node)).toThrow("has no place in the picture");
    }
    try {
      draw("blocks.1.hook_mlp_out")();
    } catch (error) {
      expect(formatError(error)).toBe(
        'E_NODE: "blocks.1.hook_mlp_out" has no place in the picture — expected a component of a model of 1 layers with 2 heads — received blocks.1.hook_mlp_out',
      );
    }
  });

  it("draws many circuits where one layout has them, with their own marks and scores", () => {
    const shape = { nLayers: 2, nHeads: 2 };
    const graph = graphCircuit(fullGraph(shape));
    const layout = layoutOf(diagramOf({ shape, circuit: graph }));
    expect(drawCircuitSvg({ shape, circuit: graph }, { layout })).toBe(
      drawCircuitSvg({ shape, circuit: graph }),
    );
    const linesOf = (drawing: string) => drawing.match(/<path d="M[^"]*"(?= stroke="#fff)/g) ?? [];
    const all = new Set(linesOf(drawCircuitSvg({ shape, circuit: graph })));
    const part = circuitOf([...graph.edges.values()].filter((_, i) => i % 5 === 0));
    const lines = linesOf(drawCircuitSvg({ shape, circuit: part }, { layout }));
    expect(lines).toHaveLength(part.edges.size);
    for (const line of lines) expect(all).toContain(line);
    expect(linesOf(drawCircuitSvg({ shape, circuit: circuitOf([]) }, { layout }))).toEqual([]);
  });

  it("refuses a layout that has no place for the picture", () => {
    const { shape, circuit } = PICTURES["case-3-scores"]!;
    const layout = layoutOf(diagramOf({ shape, circuit: circuitOf([]) }));
    const draw = () => drawCircuitSvg({ shape, circuit }, { layout });
    expect(draw).toThrow('the layout has no place for "embed"');
    const heads = layoutOf(diagramOf({ shape, circuit: headCircuit(shape) }));
    const split = graphCircuit(fullGraph(shape));
    try {
      drawCircuitSvg({ shape, circuit: split }, { layout: heads });
      expect.unreachable();
    } catch (error) {
      expect(formatError(error)).toBe(
        'E_LAYOUT: the layout has no place for "blocks.0.hook_resid_pre->blocks.0.hook_q_input[0]" — expected the layout of a diagram with all edges of the picture, at the same granularity — received a layout of 12 components and 53 edges',
      );
    }
  });
});
