import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyShape } from "./circuit.testing.ts";
import {
  type DialectName,
  dialect,
  dialects,
  formatEdge,
  formatNode,
  fullGraph,
  graphCircuit,
  headCircuit,
  parseEdge,
  parseNode,
} from "./index.ts";

const all = Object.values(dialects);

describe("dialects", () => {
  it.each(all)(
    "$name names every node and edge of a graph once, and reads them back",
    (spelling) => {
      fc.assert(
        fc.property(
          anyShape,
          fc.constantFrom("qkv" as const, "head" as const),
          (shape, granularity) => {
            const circuit =
              granularity === "qkv" ? graphCircuit(fullGraph(shape)) : headCircuit(shape);
            const context = { nLayers: shape.nLayers, granularity };
            const names = new Set<string>();
            for (const edge of circuit.edges.values()) {
              const name = spelling.formatEdge(edge, context);
              names.add(name);
              expect(spelling.parseEdge(name, context)).toEqual(edge);
              for (const [role, node] of [
                ["writer", edge[0]] as const,
                ["reader", edge[1]] as const,
              ]) {
                const text = spelling.formatNode(node, role, context);
                expect(spelling.parseNode(text, role, context)).toEqual(node);
              }
            }
            expect(names.size).toBe(circuit.edges.size);
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  const context = { nLayers: 2 };
  const writers: Record<string, Partial<Record<DialectName, string>>> = {
    hook_embed: { bridge: "embed.hook_out", acdc: "<token_embeds>" },
    hook_pos_embed: { bridge: "pos_embed.hook_out", acdc: "<pos_embeds>" },
    "blocks.0.hook_resid_pre": {
      bridge: "blocks.0.hook_in",
      acdc: "embed",
      eap: "input",
      autocircuit: "Resid Start",
    },
    "blocks.1.attn.hook_result[2]": {
      bridge: "blocks.1.attn.hook_result[2]",
      acdc: "<a1.2>",
      eap: "a1.h2",
      autocircuit: "A1.2",
    },
    "blocks.1.hook_mlp_out": {
      bridge: "blocks.1.mlp.hook_out",
      acdc: "<m1>",
      eap: "m1",
      autocircuit: "MLP 1",
    },
  };
  const readers: Record<string, Partial<Record<DialectName, string>>> = {
    "blocks.1.hook_q_input[2]": {
      bridge: "blocks.1.hook_q_input[2]",
      acdc: "<a1.2_q>",
      eap: "a1.h2<q>",
      autocircuit: "A1.2.Q",
    },
    "blocks.1.hook_mlp_in": {
      bridge: "blocks.1.mlp.hook_in",
      acdc: "<m1>",
      eap: "m1",
      autocircuit: "MLP 1",
    },
    "blocks.1.hook_resid_post": {
      bridge: "blocks.1.hook_out",
      acdc: "<resid_post>",
      eap: "logits",
      autocircuit: "Resid End",
    },
  };

  it.each([
    ["writer" as const, writers],
    ["reader" as const, readers],
  ])("spell every kind of %s as documented", (role, table) => {
    for (const [canonical, names] of Object.entries(table)) {
      for (const [name, text] of Object.entries(names)) {
        const spelling = dialect(name);
        expect(spelling.formatNode(parseNode(canonical), role, context)).toBe(text);
        expect(formatNode(spelling.parseNode(text, role, context))).toBe(canonical);
      }
    }
  });

  it("spell edges as documented", () => {
    const toMlp = parseEdge("blocks.0.attn.hook_result[1]->blocks.2.hook_mlp_in");
    const toQuery = parseEdge("blocks.0.hook_resid_pre->blocks.3.hook_q_input[0]");
    const deep = { nLayers: 4 };
    expect(dialects.eap.formatEdge(toMlp, deep)).toBe("a0.h1->m2");
    expect(dialects.eap.formatEdge(toQuery, deep)).toBe("input->a3.h0<q>");
    expect(dialects.autocircuit.formatEdge(toQuery, deep)).toBe("Resid Start->A3.0.Q");
    expect(dialects.acdc.formatEdge(toQuery, deep)).toBe("embed-><a3.0_q>");
    expect(dialects.canonical.formatEdge(toQuery, deep)).toBe(formatEdge(toQuery));
    expect(formatEdge(dialects.eap.parseEdge("m0->logits", deep))).toBe(
      "blocks.0.hook_mlp_out->blocks.3.hook_resid_post",
    );
  });

  it("take an MLP or head as a whole at head granularity", () => {
    const whole = { nLayers: 2, granularity: "head" as const };
    expect(formatEdge(dialects.eap.parseEdge("m0->a1.h2", whole))).toBe(
      "blocks.0.hook_mlp_out->blocks.1.attn.hook_result[2]",
    );
    expect(() => dialects.eap.parseEdge("m0->a1.h2<q>", whole)).toThrow("has no name as reader");
    expect(() => dialects.eap.parseEdge("m0->a1.h2", context)).toThrow("has no name as reader");
  });

  it("say what they cannot name", () => {
    const position = parseNode("hook_pos_embed");
    expect(() => dialects.eap.formatNode(position, "writer", context)).toThrow(
      '"hook_pos_embed" has no name as writer in dialect eap',
    );
    const inner = parseNode("blocks.0.hook_resid_post");
    expect(() => dialects.eap.formatNode(inner, "reader", context)).toThrow(
      "has no name as reader",
    );
    expect(() => dialects.eap.parseNode("m01", "writer", context)).toThrow("has no name");
    expect(() => dialects.eap.parseNode("logits", "writer", context)).toThrow("has no name");
    expect(() => dialects.acdc.parseEdge("<m0>", context)).toThrow("has no name as edge");
    const bridge = parseNode("blocks.0.mlp.hook_in");
    expect(() => dialects.bridge.formatNode(bridge, "reader", context)).toThrow("as hook");
    expect(() => dialects.bridge.parseNode("hook_embed", "writer", context)).toThrow("as hook");
    expect(() => dialect("mib")).toThrow('no dialect "mib"');
  });
});
