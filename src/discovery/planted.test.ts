import { describe, expect, it } from "vitest";
import {
  circuitFromTexts,
  equalCircuits,
  fullGraph,
  prepareForEvaluation,
  topEdges,
} from "../circuit/index.ts";
import { wasmBackend } from "../engine/index.ts";
import { naiveLosses } from "./fixtures.testing.ts";
import { getAlgorithm } from "./index.ts";
import { PLANTED_EDGES, PLANTED_HEADS, plantedTask } from "./planted.testing.ts";

const backend = await wasmBackend();
const task = plantedTask();
const planted = circuitFromTexts(PLANTED_EDGES.map((text) => text.split("->") as [string, string]));

describe("the planted circuit", () => {
  it("is all that has an effect", () => {
    const loss = naiveLosses(task, backend);
    const { edges } = fullGraph(task.transformer.config);
    expect(edges.length).toBe(46);
    for (const cut of edges) {
      const effect = loss("faithfulness", ({ text }) => (text === cut.text ? 0 : 1));
      if (PLANTED_EDGES.includes(cut.text)) expect(effect).toBeGreaterThan(0.1);
      else expect(Math.abs(effect)).toBeLessThan(1e-12);
    }
  });

  it.each([
    ["sp", { edgewise: true, epochs: 300, lr: 0.1, target: "model", lambdaReg: 0.5 }],
    ["edge-pruning", { edgeSparsity: 0.93 }],
    ["ugs", { steps: 400, lr: 0.1, lambdaReg: 0.003 }],
  ])("is found by the masks of %s, edge by edge", async (name, options) => {
    const { circuit, ranking, diagnostics } = await getAlgorithm(name).discover(task, options, {
      backend,
    });
    const best = topEdges(ranking, PLANTED_EDGES.length);
    expect([...best.circuit.edges.keys()].sort()).toEqual([...PLANTED_EDGES].sort());
    expect(best.tie).toBeUndefined();
    expect(equalCircuits(circuit!, planted)).toBe(true);
    expect(diagnostics.faithfulness).toBeLessThan(1e-6);
  });

  it.each([
    ["ibcircuit", { epochs: 600, distanceWeight: 10, threshold: 0.5 }],
    ["optimal-ablation", { threshold: 0.01 }],
  ])("is found by %s, head by head", async (name, options) => {
    const { circuit, ranking } = await getAlgorithm(name).discover(task, options, { backend });
    const { nodes } = prepareForEvaluation(circuit!);
    const heads = [...nodes.keys()].filter((text) => /result|mlp/.test(text));
    expect(heads.sort()).toEqual([...PLANTED_HEADS].sort());
    const others = [...ranking].filter(
      ([text]) => /result|mlp/.test(text) && !PLANTED_HEADS.includes(text),
    );
    expect(Math.max(...others.map(([, score]) => score))).toBeLessThan(0.1);
  });
});
