import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyPart, anyShape, circuitFixture, type StoredCase } from "./circuit.testing.ts";
import {
  acdcOrder,
  assertCircuit,
  circuitFromTexts,
  countEdges,
  dialects,
  difference,
  edgeTexts,
  emptyCircuit,
  equalCircuits,
  expandToQkv,
  fullGraph,
  graphCircuit,
  headCircuit,
  isSubcircuit,
  prepareForEvaluation,
  union,
} from "./index.ts";

const shape = (nLayers: number, nHeads: number, attnOnly = false) => ({
  nLayers,
  nHeads,
  attnOnly,
});

describe("fullGraph", () => {
  it.each([
    [shape(1, 1), 3, 5, 3 + 2 + 3],
    [shape(2, 4), 11, 27, 110],
    [shape(3, 4), 16, 40, 262],
    [shape(6, 4), 31, 79, 1108],
    [shape(2, 4, true), 9, 25, 81],
    [shape(6, 4, true), 25, 73, 817],
  ])("of %o has %d sources, %d destinations, %d edges", (size, sources, destinations, edges) => {
    const graph = fullGraph(size);
    expect(graph.sources).toHaveLength(sources);
    expect(graph.destinations).toHaveLength(destinations);
    expect(graph.edges).toHaveLength(edges);
    expect(countEdges(size)).toBe(edges);
    assertCircuit(graphCircuit(graph));
  });

  it("is counted without being made", () => {
    fc.assert(
      fc.property(anyShape, (size) => {
        expect(countEdges(size)).toBe(fullGraph(size).edges.length);
      }),
      { numRuns: 50 },
    );
    expect(countEdges(shape(12, 12))).toBe(32_491);
    expect(countEdges(shape(1e9, 1e9))).toBeGreaterThan(1e36);
    expect(() => countEdges(shape(0, 1))).toThrow("nLayers");
  });

  it("has 17, 82, 147, … edges into block 0, 1, 2, … of six layers with four heads", () => {
    const graph = fullGraph(shape(6, 4));
    const perBlock = [0, 0, 0, 0, 0, 0];
    for (const { destination } of graph.edges) perBlock[graph.destinations[destination]!.block]!++;
    expect(perBlock).toEqual([17, 82, 147, 212, 277, 373]);
  });

  it("numbers sources, destinations and edges consistently", () => {
    fc.assert(
      fc.property(anyShape, (size) => {
        const graph = fullGraph(size);
        graph.edges.forEach(({ index, source, destination, edge, text }, i) => {
          expect(index).toBe(i);
          expect(edge).toEqual([
            graph.sources[source]!.node,
            graph.destinations[destination]!.node,
          ]);
          expect(graph.indexOf.get(text)).toBe(i);
          expect(graph.sources[source]!.depth).toBeLessThan(graph.destinations[destination]!.depth);
        });
        expect(graph.sources.every((source, i) => source.index === i)).toBe(true);
        expect(graph.destinations.every((to, i) => to.index === i)).toBe(true);
      }),
    );
  });

  it("refuses models without layers or heads", () => {
    expect(() => fullGraph(shape(0, 4))).toThrow("nLayers is no possible count");
    expect(() => fullGraph(shape(2, 1.5))).toThrow("nHeads is no possible count");
  });
});

describe("acdcOrder", () => {
  const stored = circuitFixture<{ edges: [string, string, string][]; order: string[] }>("acdc");
  const graph = fullGraph(shape(2, 4));

  it("lists every edge once", () => {
    fc.assert(
      fc.property(anyShape, (size) => {
        const { edges } = fullGraph(size);
        expect([...acdcOrder(fullGraph(size))].sort((a, b) => a - b)).toEqual(
          edges.map((_, i) => i),
        );
      }),
    );
  });

  it("is the stored canonical order, by AutoCircuit and by hook names", () => {
    const visited = acdcOrder(graph).map((index) => graph.edges[index]!);
    const context = { nLayers: 2 };
    expect(visited.map(({ edge }) => dialects.autocircuit.formatEdge(edge, context))).toEqual(
      stored.order,
    );
    expect(visited.map(({ text }) => text)).toEqual(
      stored.edges.map(([, from, to]) => `${from}->${to}`),
    );
  });
});

describe("prepareForEvaluation", () => {
  it("of nothing is nothing", () => {
    expect(prepareForEvaluation(emptyCircuit)).toEqual(emptyCircuit);
  });

  it.each([
    [shape(2, 4), 12, 53],
    [shape(3, 4), 17, 117],
    [shape(4, 4), 22, 206],
    [shape(5, 4), 27, 320],
    [shape(6, 4), 32, 459],
    [shape(7, 4), 37, 623],
    [shape(8, 4), 42, 812],
    [shape(2, 4, true), 10, 32],
    [shape(1, 1), 4, 2 + 1 + 2],
  ])("of the full graph of %o has %d nodes and %d edges", (size, nodes, edges) => {
    const full = headCircuit(size);
    expect([full.nodes.size, full.edges.size]).toEqual([nodes, edges]);
    assertCircuit(full);
  });

  it("merges query, key, value and both embeddings and drops inner and residual edges", () => {
    const raw = circuitFromTexts([
      ["hook_embed", "blocks.0.hook_mlp_in"],
      ["hook_pos_embed", "blocks.0.hook_mlp_in"],
      ["hook_embed", "blocks.0.hook_resid_pre"],
      ["blocks.0.hook_mlp_in", "blocks.0.hook_mlp_out"],
      ["blocks.0.hook_mlp_out", "blocks.0.hook_resid_post"],
      ["blocks.0.hook_resid_post", "blocks.1.hook_q_input[2]"],
      ["blocks.0.hook_mlp_out", "blocks.1.hook_q_input[2]"],
      ["blocks.0.hook_mlp_out", "blocks.1.hook_v_input[2]"],
      ["blocks.1.hook_q_input[2]", "blocks.1.attn.hook_q[2]"],
      ["blocks.1.attn.hook_q[2]", "blocks.1.attn.hook_result[2]"],
      ["blocks.1.attn.hook_result[2]", "blocks.1.hook_resid_post"],
    ]);
    expect(edgeTexts(prepareForEvaluation(raw))).toEqual([
      ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"],
      ["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[2]"],
      ["blocks.1.attn.hook_result[2]", "blocks.1.hook_resid_post"],
    ]);
  });

  it("gives the same full circuit for separate token and position embeddings", () => {
    const merged = graphCircuit(fullGraph(shape(2, 4)));
    const separate = circuitFromTexts(
      edgeTexts(merged).flatMap(([from, to]) =>
        from === "blocks.0.hook_resid_pre"
          ? [["hook_embed", to] as const, ["hook_pos_embed", to] as const]
          : [[from, to] as const],
      ),
    );
    expect(separate.edges.size).toBe(137);
    expect(equalCircuits(prepareForEvaluation(separate), prepareForEvaluation(merged))).toBe(true);
  });

  it("is idempotent, monotone and stays inside the prepared full graph", () => {
    fc.assert(
      fc.property(anyPart, fc.func(fc.boolean()), ({ shape: size, circuit }, choose) => {
        const prepared = prepareForEvaluation(circuit);
        expect(equalCircuits(prepareForEvaluation(prepared), prepared)).toBe(true);
        expect(isSubcircuit(prepared, headCircuit(size))).toBe(true);
        const part = circuitFromTexts(edgeTexts(circuit).filter((edge) => choose(edge)));
        expect(isSubcircuit(prepareForEvaluation(part), prepared)).toBe(true);
      }),
    );
  });

  it.each(circuitFixture<{ cases: StoredCase[] }>("cases").cases)(
    "of the compiled program of case $id is what the original makes of it",
    ({ raw, prepared }) => {
      const ours = prepareForEvaluation(circuitFromTexts(raw));
      expect(equalCircuits(ours, circuitFromTexts(prepared.edges, prepared.nodes))).toBe(true);
    },
  );
});

describe("expandToQkv", () => {
  it("undoes preparation up to the direct path", () => {
    fc.assert(
      fc.property(anyPart, ({ graph, circuit }) => {
        const prepared = prepareForEvaluation(circuit);
        const expanded = expandToQkv(prepared, graph);
        expect(equalCircuits(prepareForEvaluation(expanded), prepared)).toBe(true);
        const lost = difference(circuit, expanded);
        expect(lost.edges.size).toBeLessThanOrEqual(1);
        expect(isSubcircuit(union(expanded, circuit), graphCircuit(graph))).toBe(true);
      }),
    );
  });

  it("gives three edges for an edge into a head", () => {
    const graph = fullGraph(shape(2, 4));
    const edge = ["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[2]"] as const;
    const expanded = expandToQkv(circuitFromTexts([edge]), graph);
    expect(edgeTexts(expanded).map(([, to]) => to)).toEqual([
      "blocks.1.hook_q_input[2]",
      "blocks.1.hook_k_input[2]",
      "blocks.1.hook_v_input[2]",
    ]);
  });
});
