import { describe, expect, it } from "vitest";
import { edgeTexts, fullGraph, graphCircuit, prepareForEvaluation } from "../../circuit/index.ts";
import type { HookName } from "../../transformer/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { edgeScheme } from "../masks/edge-scheme.ts";
import { maskCount, maskSlots } from "../masks/masked-run.ts";
import { nodeScheme } from "../masks/node-scheme.ts";
import { edgeProbabilities, extractCircuit } from "./extract.ts";

const { config } = tinyTask().transformer;
const graph = fullGraph(config);

const INPUT = "blocks.0.hook_resid_pre";
const OUTPUT = "blocks.1.hook_resid_post";

/** Mask logits of 2, but for those named: `[hook, head, θ]`. */
function nodeLogits(...others: readonly (readonly [HookName, number, number])[]): Float64Array {
  const maskLogits = new Float64Array(maskCount(nodeScheme, config)).fill(2);
  for (const [hook, head, logit] of others) {
    const { start } = maskSlots(nodeScheme, config).find((slot) => slot.hook === hook)!;
    maskLogits[start + head] = logit;
  }
  return maskLogits;
}

const nodeCircuit = (maskLogits: Float64Array) =>
  extractCircuit(graph, edgeProbabilities(nodeScheme, config, graph, maskLogits));

/** The edges that a circuit of masked nodes has lost. */
const lost = (maskLogits: Float64Array) => {
  const { edges } = nodeCircuit(maskLogits);
  return graph.edges.filter(({ text }) => !edges.has(text)).map(({ text }) => text);
};

const touching = (pattern: RegExp) =>
  graph.edges.filter(({ text }) => pattern.test(text)).map(({ text }) => text);

describe("the circuit of node masks", () => {
  it("is the whole graph where all are kept", () => {
    expect(nodeCircuit(nodeLogits())).toEqual(graphCircuit(graph));
  });

  it("loses a query with the edges into it alone", () => {
    expect(lost(nodeLogits(["blocks.1.attn.hook_q", 0, -1]))).toEqual(
      touching(/->blocks\.1\.hook_q_input\[0\]$/),
    );
  });

  it("loses a head with query, key and value, and what it writes", () => {
    const without = nodeLogits(
      ["blocks.0.attn.hook_q", 1, -1],
      ["blocks.0.attn.hook_k", 1, -1],
      ["blocks.0.attn.hook_v", 1, 0],
    );
    expect(lost(without)).toEqual(
      touching(/->blocks\.0\.hook_[qkv]_input\[1\]$|^blocks\.0\.attn\.hook_result\[1\]->/),
    );
  });

  it("loses an MLP with what it reads and what it writes", () => {
    expect(lost(nodeLogits(["blocks.0.hook_mlp_out", 0, -0.1]))).toEqual(
      touching(/->blocks\.0\.hook_mlp_in$|^blocks\.0\.hook_mlp_out->/),
    );
  });

  it("has nothing to score where nothing is kept", () => {
    const circuit = nodeCircuit(nodeLogits().fill(-1));
    expect(edgeTexts(circuit)).toEqual([[INPUT, OUTPUT]]);
    expect(prepareForEvaluation(circuit).edges.size).toBe(0);
  });

  it("has values that are the smaller ones of both ends", () => {
    const maskLogits = nodeLogits(
      ["blocks.0.attn.hook_q", 0, 0.3],
      ["blocks.0.attn.hook_k", 0, -4],
      ["blocks.0.attn.hook_v", 0, 0.1],
      ["blocks.1.attn.hook_v", 1, -0.7],
      ["blocks.0.hook_mlp_out", 0, -0.2],
    );
    const values = edgeProbabilities(nodeScheme, config, graph, maskLogits);
    const scoreOf = (from: string, to: string) => values[graph.indexOf.get(`${from}->${to}`)!];
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const head = "blocks.0.attn.hook_result[0]";
    expect(scoreOf(head, OUTPUT)).toBe(sigmoid(0.3));
    expect(scoreOf(head, "blocks.1.hook_v_input[1]")).toBe(sigmoid(-0.7));
    expect(scoreOf(INPUT, "blocks.0.hook_k_input[0]")).toBe(sigmoid(-4));
    expect(scoreOf(INPUT, "blocks.0.hook_mlp_in")).toBe(sigmoid(-0.2));
    expect(scoreOf("blocks.0.hook_mlp_out", OUTPUT)).toBe(sigmoid(-0.2));
    expect(scoreOf(INPUT, "blocks.1.hook_mlp_in")).toBe(sigmoid(2));
    expect(scoreOf(INPUT, OUTPUT)).toBe(1);
  });
});

describe("the circuit of edge masks", () => {
  const circuitOfEdges = (...kept: readonly (readonly [string, string])[]) => {
    const texts = kept.map(([from, to]) => `${from}->${to}`);
    const values = Float64Array.from(graph.edges, ({ text }) => (texts.includes(text) ? 0.6 : 0.4));
    return edgeTexts(extractCircuit(graph, values));
  };

  it("has the edges whose mask logit is above 0", () => {
    const maskLogits = new Float64Array(maskCount(edgeScheme, config)).fill(1e-9);
    const probabilities = () => edgeProbabilities(edgeScheme, config, graph, maskLogits);
    expect(extractCircuit(graph, probabilities())).toEqual(graphCircuit(graph));
    maskLogits.fill(0);
    expect(extractCircuit(graph, probabilities()).edges.size).toBe(0);
  });

  it("loses edges that lead nowhere, one after the other", () => {
    const chain = [
      [INPUT, "blocks.0.hook_v_input[1]"],
      ["blocks.0.attn.hook_result[1]", "blocks.0.hook_mlp_in"],
      ["blocks.0.hook_mlp_out", "blocks.1.hook_k_input[0]"],
    ] as const;
    expect(circuitOfEdges(...chain)).toEqual([]);
    const last = ["blocks.1.attn.hook_result[0]", OUTPUT] as const;
    expect(circuitOfEdges(...chain, last)).toEqual([...chain, last]);
  });

  it("keeps nodes that nothing reaches", () => {
    const edge = ["blocks.1.hook_mlp_out", OUTPUT] as const;
    expect(circuitOfEdges(edge)).toEqual([edge]);
  });
});
