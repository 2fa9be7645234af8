import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertCircuit,
  circuitFromTexts,
  circuitOf,
  edgeTexts,
  emptyCircuit,
  equalCircuits,
  fullGraph,
  type GraphShape,
  graphCircuit,
  headCircuit,
} from "../circuit/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { type CircuitDocument, decodeCircuit, encodeCircuit } from "./index.ts";

const shape = { nLayers: 2, nHeads: 4 };
const plain: CircuitDocument = {
  circuit: emptyCircuit,
  granularity: "qkv",
  shape,
  dModel: 12,
  scores: undefined,
  provenance: undefined,
};
const truth = circuitFromTexts([
  ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"],
  ["blocks.0.hook_resid_pre", "blocks.1.attn.hook_result[2]"],
  ["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[2]"],
  ["blocks.1.attn.hook_result[2]", "blocks.1.hook_resid_post"],
]);

/** Any key but the one that objects do not keep as a key of their own. */
const provenanceKey = fc.string().filter((key) => key !== "__proto__");

const anyScore = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, Infinity, -Infinity, 1e-300, 0.1),
);
/** Scores of all nodes at head granularity, or none. */
function anyNodeScores(shape: GraphShape) {
  const nodes = [...headCircuit(shape).nodes.keys()];
  const scores = fc.array(anyScore, { minLength: nodes.length, maxLength: nodes.length });
  return fc.option(
    scores.map((values) => new Map(nodes.map((node, i) => [node, values[i]!]))),
    { nil: undefined },
  );
}

const anyDocument: fc.Arbitrary<CircuitDocument> = fc
  .record({
    shape: fc.record(
      {
        nLayers: fc.integer({ min: 1, max: 3 }),
        nHeads: fc.integer({ min: 1, max: 3 }),
        attnOnly: fc.constant(true),
      },
      { requiredKeys: ["nLayers", "nHeads"] },
    ),
    granularity: fc.constantFrom("qkv" as const, "head" as const),
    dModel: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
    provenance: fc.option(fc.dictionary(provenanceKey, fc.jsonValue()), { nil: undefined }),
    scored: fc.boolean(),
  })
  .chain(({ scored, ...rest }) => {
    const whole =
      rest.granularity === "qkv" ? graphCircuit(fullGraph(rest.shape)) : headCircuit(rest.shape);
    const keys = [...whole.edges.keys()];
    return fc.record({
      circuit: fc.subarray([...whole.edges.values()]).map((edges) => circuitOf(edges)),
      granularity: fc.constant(rest.granularity),
      shape: fc.constant(rest.shape),
      dModel: fc.constant(rest.dModel),
      scores: scored
        ? fc
            .array(anyScore, { minLength: keys.length, maxLength: keys.length })
            .map((values) => new Map(keys.map((key, i) => [key, values[i]!])))
        : fc.constant(undefined),
      nodeScores: anyNodeScores(rest.shape),
      provenance: fc.constant(rest.provenance),
    });
  });

describe("circuit.json", () => {
  it("gives back every document, and the same text again", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const text = encodeCircuit(document);
        const read = decodeCircuit(text);
        expect(equalCircuits(read.circuit, document.circuit)).toBe(true);
        assertCircuit(read.circuit);
        expect(read.granularity).toBe(document.granularity);
        expect(read.shape).toEqual(document.shape);
        expect(read.dModel).toBe(document.dModel);
        expect(read.scores).toEqual(document.scores);
        expect(read.nodeScores).toEqual(document.nodeScores);
        expect(JSON.stringify(read.provenance)).toEqual(JSON.stringify(document.provenance));
        expect(encodeCircuit(read)).toBe(text);
      }),
    );
  });

  it("is JSON that EAP-IG and MIB understand: cfg, all nodes, all edges with score and in_graph", () => {
    const file = JSON.parse(encodeCircuit({ ...plain, circuit: truth, granularity: "head" }));
    expect(file.cfg).toEqual({ n_layers: 2, n_heads: 4, parallel_attn_mlp: false, d_model: 12 });
    expect(Object.keys(file.nodes)).toHaveLength(12);
    expect(Object.keys(file.edges)).toHaveLength(110);
    const included = (part: Record<string, { in_graph: boolean }>) =>
      Object.keys(part).filter((name) => part[name]!.in_graph);
    expect(included(file.nodes)).toEqual(["input", "m0", "a1.h2", "logits"]);
    expect(included(file.edges).sort()).toEqual(
      [
        "input->m0",
        "input->a1.h2<q>",
        "input->a1.h2<k>",
        "input->a1.h2<v>",
        "m0->a1.h2<q>",
        "m0->a1.h2<k>",
        "m0->a1.h2<v>",
        "a1.h2->logits",
      ].sort(),
    );
    expect(file.edges["input->m0"]).toEqual({ score: 0, in_graph: true });
    expect(file.circuit.edges).toEqual(edgeTexts(truth));
    expect(file.schema).toBe("interpbench/circuit@1");
  });

  it("reads scores of nodes, and takes those without, which EAP-IG always keeps, for infinite", () => {
    const text = `{"cfg": {"n_layers": 1, "n_heads": 1, "d_model": 4}, "edges": {},
      "nodes": {"input": {"in_graph": true, "score": NaN}, "a0.h0": {"in_graph": true, "score": -0.5},
                "m0": {"in_graph": false, "score": 2}, "logits": {"in_graph": true}}}`;
    expect([...decodeCircuit(text).nodeScores!]).toEqual([
      ["blocks.0.hook_resid_pre", Infinity],
      ["blocks.0.attn.hook_result[0]", -0.5],
      ["blocks.0.hook_mlp_out", 2],
      ["blocks.0.hook_resid_post", Infinity],
    ]);
  });

  it("reads a graph of EAP-IG, with Python's NaN and Infinity and older node flags", () => {
    const text = `{"cfg": {"n_layers": 1, "n_heads": 1, "parallel_attn_mlp": false, "d_model": 4},
      "nodes": {"input": true, "a0.h0": {"in_graph": true, "score": NaN}, "logits": {"in_graph": true}},
      "edges": {"input->a0.h0<v>": {"score": Infinity, "in_graph": true},
                "a0.h0->logits": {"score": -0.5, "in_graph": true},
                "input->m0": {"score": 0.25, "in_graph": false}}}`;
    const read = decodeCircuit(text);
    expect(read.granularity).toBe("qkv");
    expect(edgeTexts(read.circuit)).toEqual([
      ["blocks.0.hook_resid_pre", "blocks.0.hook_v_input[0]"],
      ["blocks.0.attn.hook_result[0]", "blocks.0.hook_resid_post"],
    ]);
    expect(read.nodeScores).toBeUndefined();
    expect(read.scores?.size).toBe(8);
    expect(read.scores?.get("blocks.0.hook_resid_pre->blocks.0.hook_v_input[0]")).toBe(Infinity);
    expect(read.scores?.get("blocks.0.hook_resid_pre->blocks.0.hook_mlp_in")).toBe(0.25);
    expect(read.scores?.get("blocks.0.hook_resid_pre->blocks.0.hook_q_input[0]")).toBe(0);
  });

  it("goes by the flags of edges, from which EAP-IG derives those of nodes", () => {
    const text = `{"cfg": {"n_layers": 1, "n_heads": 1, "d_model": 4},
      "nodes": {"input": {"in_graph": true}, "m0": {"in_graph": false}},
      "edges": {"input->m0": {"score": 1, "in_graph": true}}}`;
    expect(edgeTexts(decodeCircuit(text).circuit)).toEqual([
      ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_in"],
    ]);
  });

  it("reads graphs of neurons where all of each node are kept, and none has a score", () => {
    const text = `{"cfg": {"n_layers": 1, "n_heads": 1, "d_model": 2}, "edges": {},
      "nodes": {"input": {"in_graph": true, "neurons": [true, true], "neurons_scores": [NaN, NaN]},
                "m0": {"in_graph": false, "neurons": [false, false], "neurons_scores": [NaN, NaN]}}}`;
    expect(decodeCircuit(text).circuit.edges.size).toBe(0);
  });

  const cfg = { n_layers: 1, n_heads: 1, d_model: 4 };
  const input = { in_graph: true, score: 1 };
  it.each<[string, unknown, string, string | undefined]>([
    ["no object", [], "not as expected", "object"],
    ["no cfg", { nodes: {}, edges: {} }, '"cfg" is not as expected', "object"],
    ["no edges", { cfg, nodes: {} }, '"edges" is not as expected', "record"],
    [
      "no layers",
      { cfg: { ...cfg, n_layers: 0 }, nodes: {}, edges: {} },
      '"cfg.n_layers"',
      undefined,
    ],
    [
      "parallel blocks",
      { cfg: { ...cfg, parallel_attn_mlp: true }, nodes: {}, edges: {} },
      '"cfg.parallel_attn_mlp" is not as expected',
      "false",
    ],
    [
      "another schema",
      { schema: "interpbench/circuit@9", cfg, nodes: {}, edges: {} },
      '"schema" is not as expected',
      "interpbench/circuit@1",
    ],
    [
      "a flag missing",
      { cfg, nodes: {}, edges: { "input->m0": { score: 1 } } },
      "in_graph",
      "boolean",
    ],
    ["an unknown node", { cfg, nodes: { m7: true }, edges: {} }, 'no node "m7"', undefined],
    [
      "some neurons of a node",
      { cfg, nodes: { m0: { in_graph: true, neurons: [true, false] } }, edges: {} },
      "the circuit is one of single neurons",
      "all neurons, or none of a node left out",
    ],
    [
      "some neurons of a node left out",
      { cfg, nodes: { m0: { in_graph: false, neurons: [true, false] } }, edges: {} },
      "the circuit is one of single neurons",
      "all neurons, or none of a node left out",
    ],
    [
      "no neurons of a node",
      { cfg, nodes: { m0: { in_graph: true, neurons: [false, false] } }, edges: {} },
      "the circuit is one of single neurons",
      "all neurons, or none of a node left out",
    ],
    [
      "scores of neurons",
      { cfg, nodes: { m0: { in_graph: true, neurons_scores: [0.5, null] } }, edges: {} },
      "the circuit is one of single neurons",
      "no scores",
    ],
    [
      "an unknown edge",
      { cfg, nodes: {}, edges: { "input->a0.h0": input } },
      'no edge "input->a0.h0"',
      undefined,
    ],
    [
      "scores for some edges only",
      { cfg, nodes: {}, edges: { "input->m0": input, "m0->logits": { in_graph: true } } },
      "some edges have a score and some have none",
      "a number",
    ],
    [
      "a head of which one input is flagged",
      { granularity: "head", cfg, nodes: {}, edges: { "input->a0.h0<q>": input } },
      "the circuit contradicts the in_graph flags",
      undefined,
    ],
    [
      "a circuit that is not flagged",
      { cfg, nodes: {}, edges: {}, circuit: { nodes: [], edges: [["a", "b"]] } },
      "the circuit contradicts the in_graph flags",
      undefined,
    ],
  ])("refuses a file with %s", (_, value, message, expected) => {
    let error: unknown;
    try {
      decodeCircuit(JSON.stringify(value), "x.json");
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: "E_CIRCUIT_FILE" });
    expect(String(error)).toContain(message);
    if (expected !== undefined)
      expect(String((error as { expected: string }).expected)).toContain(expected);
    expect((error as { at: string }).at).toContain("x.json");
  });

  it("refuses differing scores of the parts of an edge", () => {
    const scores = new Map([...headCircuit(shape).edges.keys()].map((key) => [key, 1]));
    const file = JSON.parse(encodeCircuit({ ...plain, granularity: "head", scores }));
    file.edges["input->a0.h0<k>"].score = 2;
    expect(() => decodeCircuit(JSON.stringify(file))).toThrow("different scores");
  });

  it("never crashes otherwise: damaged text is refused or read", () => {
    const text = encodeCircuit({ ...plain, shape: { nLayers: 1, nHeads: 1 } });
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 3 }), (at, cut, put) => {
        try {
          decodeCircuit(text.slice(0, at) + put + text.slice(at + cut));
        } catch (error) {
          expect(error).toBeInstanceOf(InterpBenchError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("refuses text that is no JSON", () => {
    expect(() => decodeCircuit("{", "x.json")).toThrow("this is no JSON text");
  });

  it("refuses to write circuits and scores of another graph", () => {
    expect(() => encodeCircuit({ ...plain, circuit: truth })).toThrow(
      "the circuit is not part of the model's graph",
    );
    expect(() => encodeCircuit({ ...plain, scores: new Map([["a->b", 1]]) })).toThrow(
      "110 edges have no score",
    );
  });
});
