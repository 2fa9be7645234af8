import { describe, expect, it } from "vitest";
import {
  circuitAbove,
  circuitFromTexts,
  fullGraph,
  graphCircuit,
  prepareForEvaluation,
  scoreFound,
} from "../../../src/circuit/index.ts";
import { Key } from "../../../src/rng/index.ts";
import type { Subject } from "../contract.ts";
import { circuitFacts } from "./facts.ts";
import { selectionOf } from "./selection.ts";
import { thresholdsOf } from "./sweep.ts";

const shape = { nLayers: 2, nHeads: 3 };
const edges = [...graphCircuit(fullGraph(shape)).edges.keys()];
const truth = prepareForEvaluation(
  circuitFromTexts(
    edges.filter((_, i) => i % 7 === 0).map((text) => text.split("->") as [string, string]),
  ),
);

/** A result with random scores, ties and infinite ones among them, as files hold it. */
function subject(seed: number): Subject {
  const key = Key.fromSeed(seed);
  const scores = edges.map((text, i) => {
    const [from, to] = text.split("->");
    const value = Math.round(key.fold(i).uniform(1)[0]! * 20) / 10;
    return { from, to, score: -value, ranking: value === 2 ? null : value };
  });
  return {
    model: {
      config: shape,
      truth: { edges: [...truth.edges.keys()].map((text) => text.split("->")), nodes: [] },
    },
    case: undefined,
    result: { algorithm: "eap", rankedBy: "size of the effect", scores },
  } as unknown as Subject;
}

describe("a threshold that is moved", () => {
  it("counts at every threshold what the score of that circuit counts", () => {
    for (const seed of [1, 2, 3]) {
      const facts = circuitFacts(subject(seed));
      const ranking = facts.ranking!;
      for (const threshold of [...ranking.thresholds, 0.35, -1, 7]) {
        const selection = selectionOf(facts, { kind: "above", threshold });
        const circuit = circuitAbove(ranking.by.qkv, threshold);
        const score = scoreFound(circuit, facts.truth!, shape);
        expect(selection.size).toBe(circuit.edges.size);
        expect(score.edges).toMatchObject(selection.edges!);
        expect(score.nodes).toMatchObject(selection.nodes!);
        for (const text of edges) expect(selection.has(text, "qkv")).toBe(circuit.edges.has(text));
      }
    }
  });

  it("goes from the empty circuit to all edges, one distinct value at a time", () => {
    const { ranking } = circuitFacts(subject(4));
    const { thresholds, by } = ranking!;
    expect(thresholds).toEqual(thresholdsOf(by.qkv));
    const sizes = thresholds.map((threshold) => circuitAbove(by.qkv, threshold).edges.size);
    expect(sizes[0]).toBe(0);
    expect(sizes.at(-1)).toBe(edges.length);
    expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
  });
});

describe("a result of a file", () => {
  it("is refused where its edges are not those of the model", () => {
    const foreign = subject(1);
    const scores = [{ from: "blocks.9.hook_mlp_out", to: "blocks.9.hook_resid_post", score: 1 }];
    expect(() => circuitFacts({ ...foreign, result: { ...foreign.result, scores } })).toThrow();
    const circuit = { edges: [["<img onerror=alert(1)>", "x"]], nodes: [] };
    expect(() => circuitFacts({ ...foreign, result: { circuit } })).toThrow();
  });
});
