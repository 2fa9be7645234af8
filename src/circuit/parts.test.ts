import { describe, expect, it } from "vitest";
import { errorOf } from "../errors/error-of.testing.ts";
import { fullGraph, graphCircuit } from "./graph.ts";
import { withoutParts } from "./parts.ts";

const graph = fullGraph({ nLayers: 2, nHeads: 2 });
const all = [...graphCircuit(graph).edges.keys()];
const cutBy = (parts: Parameters<typeof withoutParts>[1]) => {
  const kept = withoutParts(graph, parts).edges;
  return all.filter((text) => !kept.has(text));
};

describe("a transformer without some parts", () => {
  it("is whole where nothing is taken away", () => {
    expect(cutBy({})).toEqual([]);
  });

  it("lacks all edges out of a node", () => {
    const mlp = "blocks.1.hook_mlp_out";
    expect(cutBy({ nodes: [mlp] })).toEqual([`${mlp}->blocks.1.hook_resid_post`]);
    // Three inputs of each head of the next block, the MLPs of both, and the output.
    expect(cutBy({ nodes: ["blocks.0.attn.hook_result[1]"] })).toHaveLength(9);
  });

  it("lacks one edge of the graph, or the three that are one between components", () => {
    const from = "blocks.0.hook_mlp_out";
    const query = `${from}->blocks.1.hook_q_input[0]`;
    expect(cutBy({ edges: [query] })).toEqual([query]);
    const inputs = ["q", "k", "v"].map((port) => `${from}->blocks.1.hook_${port}_input[0]`);
    expect(cutBy({ edges: [`${from}->blocks.1.attn.hook_result[0]`] })).toEqual(inputs);
  });

  it("is refused for parts that the transformer does not have", () => {
    expect(errorOf(() => cutBy({ nodes: ["blocks.7.hook_mlp_out"] }))).toBe(
      "E_CIRCUIT: the transformer has no such part — expected a node that writes to the residual stream — received blocks.7.hook_mlp_out",
    );
    expect(errorOf(() => cutBy({ edges: ["a->b"] }))).toContain("— received a->b");
  });
});
