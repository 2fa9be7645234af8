import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyCircuit, anyPart } from "./circuit.testing.ts";
import {
  assertCircuit,
  blockOf,
  circuitFromTexts,
  circuitOf,
  compareEdges,
  compareNodes,
  difference,
  edgeTexts,
  emptyCircuit,
  equalCircuits,
  filterEdges,
  formatEdge,
  formatNode,
  intersection,
  isSubcircuit,
  parseEdge,
  parseNode,
  predecessors,
  sinks,
  sources,
  successors,
  union,
  withinBlock,
} from "./index.ts";

describe("a node", () => {
  it("prints as its hook, with the head in brackets", () => {
    expect(formatNode({ hook: "hook_embed", head: null })).toBe("hook_embed");
    expect(formatNode({ hook: "blocks.1.attn.hook_result", head: 0 })).toBe(
      "blocks.1.attn.hook_result[0]",
    );
  });

  it("is read back as it was printed", () => {
    const hook = fc.stringMatching(/^[a-z_.0-9 ]+$/);
    fc.assert(
      fc.property(hook, fc.option(fc.nat(100)), (name, head) => {
        expect(parseNode(formatNode({ hook: name, head }))).toEqual({ hook: name, head });
      }),
    );
  });

  it.each(["", "[1]", "a[", "a[b]", "a[1]b", "a[01]", "a[-1]", "a[1][2]", "a->b"])(
    "cannot be %j",
    (text) => {
      expect(() => parseNode(text)).toThrow(`"${text}" is no node`);
    },
  );

  it("sorts by block, then by the place in the forward pass, then by head", () => {
    const sorted = [
      "hook_embed",
      "hook_pos_embed",
      "some_label",
      "blocks.0.hook_resid_pre",
      "blocks.0.hook_q_input[0]",
      "blocks.0.attn.hook_result[2]",
      "blocks.0.attn.hook_result[10]",
      "blocks.0.hook_mlp_in",
      "blocks.0.hook_mlp_out",
      "blocks.0.hook_resid_post",
      "blocks.2.hook_k_input[0]",
      "blocks.2.hook_v_input[0]",
      "blocks.10.hook_q_input[0]",
    ];
    const shuffled = [...sorted].sort().map(parseNode);
    expect(shuffled.sort(compareNodes).map(formatNode)).toEqual(sorted);
  });

  it("knows its block", () => {
    expect(blockOf("blocks.12.attn.hook_result")).toBe(12);
    expect(blockOf("hook_embed")).toBeUndefined();
    expect(withinBlock("blocks.12.attn.hook_result")).toBe("attn.hook_result");
    expect(withinBlock("hook_embed")).toBe("hook_embed");
  });
});

describe("an edge", () => {
  it("prints as from->to and is read back", () => {
    const text = "blocks.0.attn.hook_result[1]->blocks.1.hook_q_input[0]";
    expect(formatEdge(parseEdge(text))).toBe(text);
    expect(() => parseEdge("a")).toThrow('"a" is no edge');
    expect(() => parseEdge("a->b->c")).toThrow("is no edge");
    expect(() => parseEdge("->b")).toThrow("is no node");
  });
});

describe("a circuit", () => {
  const small = circuitFromTexts([
    ["a", "c"],
    ["b", "c"],
    ["a", "b"],
  ]);

  it("may be empty or a single node", () => {
    expect(emptyCircuit.nodes.size + emptyCircuit.edges.size).toBe(0);
    const single = circuitFromTexts([], ["a"]);
    expect([...single.nodes.keys()]).toEqual(["a"]);
    expect(sources(single)).toEqual(sinks(single));
    assertCircuit(emptyCircuit);
    assertCircuit(single);
  });

  it("is the same whatever order and however often its edges are given", () => {
    fc.assert(
      fc.property(anyPart, fc.nat(), ({ circuit }, turn) => {
        const edges = [...circuit.edges.values()];
        const turned = edges.map((_, i) => edges[(i + turn) % edges.length]!).reverse();
        const again = circuitOf([...turned, ...edges]);
        expect([...again.nodes.keys()]).toEqual([...circuit.nodes.keys()]);
        expect([...again.edges.keys()]).toEqual([...circuit.edges.keys()]);
        assertCircuit(again);
      }),
    );
  });

  it("is read back from its edge texts", () => {
    fc.assert(
      fc.property(anyPart, ({ circuit }) => {
        expect(equalCircuits(circuitFromTexts(edgeTexts(circuit)), circuit)).toBe(true);
      }),
    );
  });

  it("lists edges by writer, then reader", () => {
    fc.assert(
      fc.property(anyPart, ({ circuit }) => {
        const edges = [...circuit.edges.values()];
        expect([...edges].reverse().sort(compareEdges)).toEqual(edges);
      }),
    );
  });

  it("knows sources, sinks and neighbours", () => {
    expect(sources(small).map(formatNode)).toEqual(["a"]);
    expect(sinks(small).map(formatNode)).toEqual(["c"]);
    expect(successors(small, "a").map(formatNode)).toEqual(["b", "c"]);
    expect(predecessors(small, parseNode("c")).map(formatNode)).toEqual(["a", "b"]);
    expect(successors(small, "nowhere")).toEqual([]);
  });

  it("obeys set algebra", () => {
    fc.assert(
      fc.property(anyCircuit, anyCircuit, (a, b) => {
        const both = intersection(a, b);
        const either = union(a, b);
        expect(isSubcircuit(both, a) && isSubcircuit(a, either)).toBe(true);
        expect(equalCircuits(union(a, a), a) && equalCircuits(intersection(a, a), a)).toBe(true);
        expect(difference(a, a).nodes.size).toBe(0);
        const { size } = difference(a, b).edges;
        expect(size + [...a.edges.keys()].filter((text) => b.edges.has(text)).length).toBe(
          a.edges.size,
        );
        expect(either.edges.size + both.edges.size).toBe(a.edges.size + b.edges.size);
        expect(equalCircuits(a, b)).toBe(isSubcircuit(a, b) && isSubcircuit(b, a));
        for (const made of [both, either, difference(a, b)]) assertCircuit(made);
      }),
    );
  });

  it("loses nodes with their last edge when filtered", () => {
    const kept = filterEdges(small, (_, text) => text === "a->b");
    expect([...kept.nodes.keys()]).toEqual(["a", "b"]);
  });
});

describe("assertCircuit", () => {
  const a = parseNode("a");
  const b = parseNode("b");

  it("names the first broken invariant", () => {
    const nodes = new Map([
      ["a", a],
      ["b", b],
    ]);
    const edges = new Map([["a->b", [a, b] as const]]);
    expect(() => assertCircuit({ nodes, edges })).not.toThrow();
    expect(() => assertCircuit({ nodes: new Map([["x", a]]), edges: new Map() })).toThrow(
      "a node is filed under another name",
    );
    expect(() => assertCircuit({ nodes, edges: new Map([["x", [a, b]]]) })).toThrow(
      "an edge is filed under another name",
    );
    expect(() => assertCircuit({ nodes: new Map([["a", a]]), edges })).toThrow(
      "an end of an edge is no node of the circuit",
    );
    expect(() => assertCircuit({ nodes: new Map([...nodes].reverse()), edges })).toThrow(
      "the nodes are not in canonical order",
    );
    expect(() => assertCircuit(circuitOf([[a, b]]), emptyCircuit)).toThrow(
      "a node is not in the model",
    );
    expect(() => assertCircuit(circuitOf([[a, b]]), circuitOf([], [a, b]))).toThrow(
      "an edge is not in the model",
    );
  });

  it("refuses cycles and self-loops", () => {
    const cycle = circuitFromTexts([
      ["a", "b"],
      ["b", "c"],
      ["c", "b"],
    ]);
    expect(() => assertCircuit(cycle)).toThrow("the circuit has a cycle");
    expect(() => assertCircuit(circuitFromTexts([["a", "a"]]))).toThrow("cycle");
  });
});
