import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyPart } from "./circuit.testing.ts";
import {
  circuitAbove,
  edgeTexts,
  equalCircuits,
  evaluateCircuit,
  exactAuroc,
  fullGraph,
  headCircuit,
  mergeScores,
  nodeScores,
  PAPER_THRESHOLDS,
  paperAuroc,
  paperPoints,
  prepareForEvaluation,
  rocCurve,
  type ScoreMap,
} from "./index.ts";

const ranking = (...values: number[]): ScoreMap => new Map(values.map((v, i) => [`${i}`, v]));
const positives = (...items: number[]) => new Set(items.map(String));
const points = (x: number[], y: number[]) => x.map((fpr, i) => ({ fpr, tpr: y[i]! }));

const anyRanking = fc.array(
  fc.record({ score: fc.integer({ min: -3, max: 3 }), hit: fc.boolean() }),
);
const split = (items: readonly { score: number; hit: boolean }[]) => ({
  scores: ranking(...items.map(({ score }) => score)),
  wanted: new Set(items.flatMap(({ hit }, i) => (hit ? [String(i)] : []))),
});

describe("exactAuroc", () => {
  it("is undefined without positives or negatives", () => {
    expect(exactAuroc(new Map(), new Set())).toBeUndefined();
    expect(exactAuroc(ranking(1, 2), positives())).toBeUndefined();
    expect(exactAuroc(ranking(1, 2), positives(0, 1))).toBeUndefined();
    expect(rocCurve(ranking(1, 2), positives())).toBeUndefined();
  });

  it("is 1 for a perfect ranking, 0 for its opposite, one half for ties", () => {
    expect(exactAuroc(ranking(3, 2, 1), positives(0))).toBe(1);
    expect(exactAuroc(ranking(1, 2, 3), positives(0))).toBe(0);
    expect(exactAuroc(ranking(1, 1, 1), positives(0))).toBe(0.5);
    expect(exactAuroc(ranking(Infinity, 0, -Infinity), positives(0))).toBe(1);
    expect(exactAuroc(ranking(2, 2, 1, 1), positives(0, 2))).toBe(0.5);
  });

  it("is the share of (positive, negative) pairs in the right order, ties half", () => {
    fc.assert(
      fc.property(anyRanking, (items) => {
        const { scores, wanted } = split(items);
        const hits = items.filter(({ hit }) => hit);
        const misses = items.filter(({ hit }) => !hit);
        const pairs = hits.flatMap((hit) =>
          misses.map((miss) => (Math.sign(hit.score - miss.score) + 1) / 2),
        );
        const area = exactAuroc(scores, wanted);
        if (pairs.length === 0) expect(area).toBeUndefined();
        else expect(area).toBeCloseTo(pairs.reduce((a, b) => a + b, 0) / pairs.length, 12);
      }),
    );
  });

  it("is the trapezoid area under the ROC curve", () => {
    fc.assert(
      fc.property(anyRanking, (items) => {
        const { scores, wanted } = split(items);
        const curve = rocCurve(scores, wanted);
        if (curve === undefined) return;
        expect(curve[0]).toEqual({ fpr: 0, tpr: 0 });
        expect(curve.at(-1)).toEqual({ fpr: 1, tpr: 1 });
        let area = 0;
        for (let i = 1; i < curve.length; i++) {
          const [a, b] = [curve[i - 1]!, curve[i]!];
          area += ((b.fpr - a.fpr) * (a.tpr + b.tpr)) / 2;
        }
        expect(exactAuroc(scores, wanted)).toBeCloseTo(area, 12);
      }),
    );
  });

  it("refuses NaN and positives that were not scored", () => {
    expect(() => exactAuroc(ranking(Number.NaN), positives(0))).toThrow("a score is NaN");
    expect(() => exactAuroc(ranking(1), positives(5))).toThrow("some of the truth has no score");
  });
});

describe("paperAuroc", () => {
  it("gives the published unit values", () => {
    expect(paperAuroc(points([0, 1], [0, 1]))).toBe(0);
    expect(paperAuroc(points([0, 0.5, 1], [0, 0.5, 1]))).toBe(0.25);
    expect(paperAuroc(points([0, 0.25, 1], [0, 0.25, 1]))).toBe(0.1875);
    expect(paperAuroc(points([0, 0.25, 0.5, 1], [0, 0.25, 0.5, 1]))).toBe(5 / 16);
    expect(paperAuroc(points([0, 0.25, 0.75, 1], [0, 0.25, 0.5, 1]))).toBe(4 / 16);
  });

  it("is 0 without points and for algorithms that only ever give all or nothing", () => {
    expect(paperAuroc([])).toBe(0);
    expect(paperAuroc(points([0, 1, 0, 1], [0, 1, 0, 1]))).toBe(0);
    expect(paperAuroc(points([0], [1]))).toBe(1);
  });

  it("drops points below their predecessor, whatever order they come in", () => {
    const curve = points([0.5, 0, 0.25], [0.4, 0.2, 0.6]);
    expect(paperAuroc(curve)).toBeCloseTo(0.2 + 0.75 * 0.4, 12);
    expect(paperAuroc([...curve].reverse())).toBe(paperAuroc(curve));
  });

  it("never exceeds the exact value for the same ranking", () => {
    fc.assert(
      fc.property(anyRanking, (items) => {
        const { scores, wanted } = split(items);
        const exact = exactAuroc(scores, wanted);
        if (exact === undefined) return;
        expect(paperAuroc(paperPoints(scores, wanted))).toBeLessThanOrEqual(exact + 1e-12);
      }),
    );
  });

  it("uses the 19 thresholds of the paper, strictly and in float32", () => {
    expect(PAPER_THRESHOLDS).toHaveLength(19);
    expect(PAPER_THRESHOLDS).toEqual([...PAPER_THRESHOLDS].sort((a, b) => a - b));
    const scores = ranking(Math.fround(0.1), 0, 0.2);
    const at = (threshold: number) => paperPoints(scores, positives(0), [threshold])[0];
    expect(at(0.1)).toEqual({ fpr: 0.5, tpr: 0 });
    expect(at(0.05)).toEqual({ fpr: 0.5, tpr: 1 });
    expect(at(0)).toEqual({ fpr: 0.5, tpr: 1 });
    expect(paperPoints(ranking(1), positives(), [0])).toEqual([{ fpr: 1, tpr: 0 }]);
  });

  it("refuses rates outside 0 … 1", () => {
    expect(() => paperAuroc(points([Number.NaN], [0]))).toThrow("a rate is not between 0 and 1");
    expect(() => paperAuroc(points([0], [2]))).toThrow("a rate is not between 0 and 1");
  });
});

describe("mergeScores", () => {
  const graph = fullGraph({ nLayers: 2, nHeads: 4 });
  const scoreAll = (score: (text: string, index: number) => number): ScoreMap =>
    new Map(graph.edges.map(({ text, index }) => [text, score(text, index)]));

  it("gives an edge the best of its query, key and value, a node the best of its edges", () => {
    const scores = scoreAll((text) => (text.includes("hook_k_input[2]") ? 5 : -1));
    const merged = mergeScores(scores, graph);
    expect(merged.edges.get("blocks.0.hook_mlp_out->blocks.1.attn.hook_result[2]")).toBe(5);
    expect(merged.edges.get("blocks.0.hook_mlp_out->blocks.1.attn.hook_result[1]")).toBe(-1);
    expect(merged.nodes.get("blocks.1.attn.hook_result[2]")).toBe(5);
    expect(merged.nodes.get("blocks.1.hook_resid_post")).toBe(-1);
    expect(merged.nodes.get("blocks.0.attn.hook_result[1]")).toBe(5);
    expect(mergeScores(scores, graph, { absolute: true }).nodes.get("blocks.1.hook_mlp_out")).toBe(
      1,
    );
  });

  it("covers exactly the graph at head granularity, in its order", () => {
    const { edges, nodes } = mergeScores(
      scoreAll((_, i) => i),
      graph,
    );
    const full = headCircuit(graph.shape);
    expect([...edges.keys()]).toEqual([...full.edges.keys()]);
    expect([...nodes.keys()]).toEqual([...full.nodes.keys()]);
    expect(nodeScores(edges)).toEqual(nodes);
  });

  it("commutes with thresholding: the merged circuit above t is the circuit above t, merged", () => {
    const anyScore = fc.constantFrom(-2, -0.5, 0, 0.1, 0.5, 1, Infinity);
    fc.assert(
      fc.property(
        anyPart.chain((part) =>
          fc
            .array(anyScore, {
              minLength: part.graph.edges.length,
              maxLength: part.graph.edges.length,
            })
            .map((values) => ({ ...part, values })),
        ),
        fc.constantFrom(-1, 0, 0.1, 0.5),
        fc.boolean(),
        (part, threshold, absolute) => {
          const scores = new Map(part.graph.edges.map(({ text }, i) => [text, part.values[i]!]));
          const used = new Map([...scores].map(([t, s]) => [t, absolute ? Math.abs(s) : s]));
          const merged = mergeScores(scores, part.graph, { absolute });
          const above = circuitAbove(merged.edges, threshold);
          expect(equalCircuits(above, prepareForEvaluation(circuitAbove(used, threshold)))).toBe(
            true,
          );
          const touched = [...merged.nodes].filter(([, score]) => score > Math.fround(threshold));
          expect(touched.map(([text]) => text)).toEqual([...above.nodes.keys()]);
        },
      ),
    );
  });

  it("gives the same ROC points as scoring the circuit of every threshold", () => {
    const scores = scoreAll((_, i) => ((i * 37) % 110) / 100);
    const { edges, nodes } = mergeScores(scores, graph);
    const truth = circuitAbove(new Map([...edges].filter(([, score]) => score > 1)), 0);
    const fromEdges = paperPoints(edges, truth.edges);
    const fromNodes = paperPoints(nodes, truth.nodes);
    PAPER_THRESHOLDS.forEach((threshold, i) => {
      const score = evaluateCircuit(circuitAbove(scores, threshold), truth, graph.shape);
      expect(fromEdges[i]).toEqual({ fpr: score.edges.fpr, tpr: score.edges.tpr });
      expect(fromNodes[i]).toEqual({ fpr: score.nodes.fpr, tpr: score.nodes.tpr });
    });
  });

  it("refuses missing, foreign and undefined scores", () => {
    const scores = scoreAll(() => 0);
    const [first] = scores.keys();
    const without = new Map([...scores].filter(([text]) => text !== first));
    expect(() => mergeScores(without, graph)).toThrow("1 edges have no score");
    expect(() => mergeScores(new Map([...scores, ["a->b", 1]]), graph)).toThrow(
      "1 scores belong to no edge",
    );
    expect(() => mergeScores(new Map([...scores, [first!, Number.NaN]]), graph)).toThrow(
      "1 scores are NaN",
    );
    expect(edgeTexts(circuitAbove(scores, 0))).toEqual([]);
  });
});
