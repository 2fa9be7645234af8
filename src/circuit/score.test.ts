import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { anyPart, circuitFixture, type StoredCase } from "./circuit.testing.ts";
import {
  baselines,
  circuitFromTexts,
  circuitOf,
  edgeTexts,
  emptyCircuit,
  equalCircuits,
  evaluateCircuit,
  expectedRandomScore,
  groundTruth,
  headCircuit,
  meanRandomScore,
  prepareForEvaluation,
  pruneCircuit,
  randomCircuit,
  ratesOf,
  scoreCircuit,
} from "./index.ts";

const { cases } = circuitFixture<{ cases: StoredCase[] }>("cases");
const truthOf = ({ raw, correspondence, ...shape }: StoredCase) =>
  groundTruth(circuitFromTexts(raw), new Map(correspondence), shape);

describe("groundTruth", () => {
  it.each(cases)("of case $id is what the original computes", (stored) => {
    const expected = circuitFromTexts(stored.truth.edges, stored.truth.nodes);
    expect(equalCircuits(truthOf(stored), expected)).toBe(true);
  });

  it("moves the head of case 3 and leaves its MLP", () => {
    const stored = cases.find(({ id }) => id === "3")!;
    expect(edgeTexts(truthOf(stored))).toEqual([
      ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"],
      ["blocks.0.hook_resid_pre", "blocks.1.attn.hook_result[2]"],
      ["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[2]"],
      ["blocks.1.attn.hook_result[2]", "blocks.1.hook_resid_post"],
    ]);
  });

  const ioi = circuitFromTexts([
    ["all_nodes_hook", "hook_duplicate"],
    ["all_nodes_hook", "hook_s_inhibition"],
    ["all_nodes_hook", "hook_name_mover"],
    ["hook_duplicate", "hook_s_inhibition"],
    ["hook_s_inhibition", "hook_name_mover"],
    ["hook_name_mover", "hook_out"],
  ]);
  const ioiNodes = new Map([
    ["all_nodes_hook", ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"]],
    ["hook_duplicate", ["blocks.1.attn.hook_result[1]"]],
    ["hook_s_inhibition", ["blocks.2.attn.hook_result[1]"]],
    ["hook_name_mover", ["blocks.4.attn.hook_result[1]"]],
  ]);

  it("of a causal model with several nodes per variable has all pairs: IOI has 6 nodes, 9 edges", () => {
    const truth = groundTruth(ioi, ioiNodes, { nLayers: 6, nHeads: 4 });
    expect([truth.nodes.size, truth.edges.size]).toEqual([6, 9]);
    const { nodes, edges } = evaluateCircuit(truth, truth, { nLayers: 6, nHeads: 4 });
    expect(nodes.counts).toEqual({ tp: 6, fp: 0, fn: 0, tn: 26 });
    expect(edges.counts).toEqual({ tp: 9, fp: 0, fn: 0, tn: 450 });
    expect(truth.nodes.has("blocks.5.hook_resid_post")).toBe(true);
  });

  it("refuses what does not fit the model", () => {
    const shape = { nLayers: 6, nHeads: 4 };
    expect(() => groundTruth(ioi, new Map(), shape)).toThrow(
      "an edge of the truth is not in the model",
    );
    expect(() => groundTruth(ioi, new Map([["hook_out", []]]), shape)).toThrow(
      'nothing implements "hook_out"',
    );
    expect(() => groundTruth(emptyCircuit, ioiNodes, shape)).toThrow("no single output");
    const twoEnds = circuitFromTexts([
      ["a", "b"],
      ["a", "c"],
    ]);
    expect(() => groundTruth(twoEnds, new Map(), shape)).toThrow("no single output");
  });
});

/** Case → nodes and edges of the truth, as published for the original (models of four heads). */
const PUBLISHED_SIZES: Readonly<Record<string, readonly string[]>> = {
  "3/12 2/53":
    "8 20 23 24 26 28 29 31 33 34 35 36 37 41 43 46 48 49 50 51 52 54 55 60 62 64 65 66 68 69 70 72 73 75 77 79 80 83 84 85 86 87 90 91 95 101 102 104 105 106 107 114 121 122 123".split(
      " ",
    ),
  "4/12 3/53": "1 7 11 13 14 19 32 40 44 47 63 78 92 131".split(" "),
  "4/12 4/53": "3 39 42 53 56 57 76 100 110".split(" "),
  "5/12 5/53": ["71", "116"],
  "5/12 6/53": ["118"],
  "6/12 6/53": ["6", "18", "25", "38"],
  "6/12 8/53": ["4"],
  "5/17 4/117": ["130"],
  "5/17 5/117": ["10", "15"],
  "6/17 5/117": ["129"],
  "6/17 7/117": ["58", "93", "103", "128"],
  "7/17 7/117": ["108", "124"],
  "7/17 8/117": ["99", "111"],
  "8/17 10/117": ["109", "117"],
  "7/22 8/206": ["2", "21", "82", "96"],
  "8/22 8/206": ["94"],
};

describe("evaluateCircuit", () => {
  it("gives the published sizes of the truth for all 105 stored cases", () => {
    const sizes: Record<string, string[]> = {};
    for (const stored of cases) {
      const truth = truthOf(stored);
      const full = headCircuit(stored);
      const key = `${truth.nodes.size}/${full.nodes.size} ${truth.edges.size}/${full.edges.size}`;
      sizes[key] = [...(sizes[key] ?? []), stored.id];
    }
    expect(sizes).toEqual(PUBLISHED_SIZES);
  });

  interface StoredScore {
    nodes: { tpr: number; fpr: number };
    edges: { tpr: number; fpr: number; tp: string[]; fp: string[]; fn: string[] };
  }
  const stored = circuitFixture<{
    edges: [string, string, string][];
    cases: Record<string, Record<string, { kept: number[]; score: StoredScore }>>;
  }>("acdc");
  const runs = Object.entries(stored.cases).flatMap(([id, thresholds]) =>
    Object.entries(thresholds).map(([threshold, run]) => ({ id, threshold, ...run })),
  );

  it.each(runs)("scores ACDC on case $id at τ = $threshold like the original", (run) => {
    const shape = { nLayers: 2, nHeads: 4 };
    const truth = truthOf(cases.find(({ id }) => id === run.id)!);
    const found = circuitFromTexts(
      run.kept.map((index) => [stored.edges[index]![1], stored.edges[index]![2]]),
    );
    const { nodes, edges } = evaluateCircuit(found, truth, shape);
    expect([nodes.tpr, nodes.fpr]).toEqual([run.score.nodes.tpr, run.score.nodes.fpr]);
    expect([edges.tpr, edges.fpr]).toEqual([run.score.edges.tpr, run.score.edges.fpr]);
    expect([...edges.truePositives].sort()).toEqual([...run.score.edges.tp].sort());
    expect([...edges.falsePositives].sort()).toEqual([...run.score.edges.fp].sort());
    expect([...edges.falseNegatives].sort()).toEqual([...run.score.edges.fn].sort());
  });
});

describe("scoreCircuit", () => {
  const full = headCircuit({ nLayers: 1, nHeads: 1 });

  it("leaves rates undefined where nothing could be counted", () => {
    const nothing = scoreCircuit(emptyCircuit, emptyCircuit, emptyCircuit).edges;
    expect(nothing.counts).toEqual({ tp: 0, fp: 0, fn: 0, tn: 0 });
    for (const rate of ["tpr", "fpr", "precision", "recall", "f1"] as const) {
      expect(nothing[rate]).toBeUndefined();
    }
    const noTruth = scoreCircuit(full, emptyCircuit, full).edges;
    expect([noTruth.tpr, noTruth.fpr, noTruth.precision, noTruth.f1]).toEqual([undefined, 1, 0, 0]);
    const noHypothesis = scoreCircuit(emptyCircuit, full, full).edges;
    expect(noHypothesis).toMatchObject({ tpr: 0, fpr: undefined, precision: undefined, f1: 0 });
  });

  it("computes rates from counts", () => {
    expect(ratesOf({ tp: 3, fp: 1, fn: 2, tn: 4 })).toEqual({
      tpr: 0.6,
      fpr: 0.2,
      precision: 0.75,
      recall: 0.6,
      f1: 6 / 9,
    });
  });

  it("puts every item in exactly one field", () => {
    fc.assert(
      fc.property(anyPart, fc.func(fc.boolean()), ({ shape, circuit }, choose) => {
        const whole = headCircuit(shape);
        const found = prepareForEvaluation(circuit);
        const truth = circuitFromTexts(edgeTexts(whole).filter((edge) => choose(edge)));
        const { nodes, edges } = scoreCircuit(found, truth, whole);
        for (const [score, kind] of [[nodes, "nodes"] as const, [edges, "edges"] as const]) {
          const { tp, fp, fn, tn } = score.counts;
          expect(tp + fp).toBe(found[kind].size);
          expect(tp + fn).toBe(truth[kind].size);
          expect(tp + fp + fn + tn).toBe(whole[kind].size);
          for (const value of [score.tpr, score.fpr, score.precision, score.f1]) {
            expect(Number.isNaN(value)).toBe(false);
          }
        }
      }),
    );
  });

  it("refuses circuits of another model or granularity", () => {
    const other = headCircuit({ nLayers: 2, nHeads: 1 });
    expect(() => scoreCircuit(other, full, full)).toThrow(
      "the hypothesis has nodes that the model does not have",
    );
    expect(() => scoreCircuit(full, other, full)).toThrow("the truth has nodes");
  });
});

describe("baselines", () => {
  const shape = { nLayers: 2, nHeads: 4 };
  const full = headCircuit(shape);
  const truth = truthOf(cases.find(({ id }) => id === "3")!);
  const key = Key.fromSeed(7);

  it("of a random circuit are exact for no edges and for all", () => {
    const none = expectedRandomScore(truth, full, 0);
    expect(none.edges.counts).toEqual({ tp: 0, fp: 0, fn: 4, tn: 49 });
    expect(none.nodes.counts).toEqual({ tp: 0, fp: 0, fn: 4, tn: 8 });
    const all = expectedRandomScore(truth, full, 53);
    expect(all.edges).toMatchObject({ tpr: 1, fpr: 1, precision: 4 / 53 });
    expect(all.nodes.counts).toEqual({ tp: 4, fp: 8, fn: 0, tn: 0 });
  });

  it("agree with the mean of many random circuits (to 4 standard errors)", () => {
    const runs = 3000;
    const size = 6;
    const expected = expectedRandomScore(truth, full, size);
    const sums = { edges: 0, nodeHits: 0, nodeMisses: 0, f1: 0 };
    for (const part of key.split(runs)) {
      const circuit = randomCircuit(full, size, part);
      expect(circuit.edges.size).toBe(size);
      const { nodes, edges } = scoreCircuit(circuit, truth, full);
      sums.edges += edges.counts.tp / runs;
      sums.nodeHits += nodes.counts.tp / runs;
      sums.nodeMisses += nodes.counts.fp / runs;
      sums.f1 += edges.f1! / runs;
    }
    expect(Math.abs(sums.edges - expected.edges.counts.tp)).toBeLessThan(0.05);
    expect(Math.abs(sums.f1 - expected.edges.f1!)).toBeLessThan(0.01);
    expect(Math.abs(sums.nodeHits - expected.nodes.counts.tp)).toBeLessThan(0.07);
    expect(Math.abs(sums.nodeMisses - expected.nodes.counts.fp)).toBeLessThan(0.1);
  });

  it("come with every score: random, full, empty, the truth itself", () => {
    const hypothesis = prepareForEvaluation(circuitFromTexts(edgeTexts(truth).slice(0, 3)));
    const made = baselines(hypothesis, truth, full, key);
    expect(made.full.edges).toMatchObject({ tpr: 1, fpr: 1 });
    expect(made.empty.edges).toMatchObject({ tpr: 0, fpr: 0, precision: undefined });
    expect(made.truth.edges).toMatchObject({ tpr: 1, fpr: 0, f1: 1 });
    expect(made.random.edges.counts.tp + made.random.edges.counts.fp).toBe(3);
    expect(made.randomExpected.edges.tpr).toBeCloseTo(3 / 53, 12);
    expect(baselines(hypothesis, truth, full, key)).toEqual(made);
  });

  it("are pruned and grown as the hypothesis was, in the mean", () => {
    const small = headCircuit({ nLayers: 1, nHeads: 1 });
    const edges = [...small.edges.values()];
    const wanted = circuitFromTexts(edgeTexts(small).slice(0, 2));
    // All ways of drawing two of the five edges, with what is left of them on paths.
    const draws = edges.flatMap((a, i) => edges.slice(i + 1).map((b) => circuitOf([a, b])));
    const mean = (field: "tp" | "fp") =>
      draws.reduce(
        (sum, circuit) =>
          sum + scoreCircuit(pruneCircuit(circuit), wanted, small).edges.counts[field],
        0,
      ) / draws.length;
    const pruned = meanRandomScore(wanted, small, 2, { prune: true }, key).edges.counts;
    expect(mean("tp") + mean("fp")).toBe(0.4);
    expect(Math.abs(pruned.tp - mean("tp"))).toBeLessThan(0.1);
    expect(Math.abs(pruned.fp - mean("fp"))).toBeLessThan(0.15);
    // The first edge of a growth is one of the two into the output.
    const grown = meanRandomScore(small, small, 1, { select: "greedy" }, key);
    expect(grown.edges.counts).toEqual({ tp: 1, fp: 0, fn: 4, tn: 0 });
    expect(grown.nodes.counts.tp).toBe(2);
    const [first, again] = [1, 2].map(() =>
      baselines(draws[0]!, wanted, small, key, { size: 3, prune: true }),
    );
    expect(first).toEqual(again);
  });

  it("refuse sizes no circuit has", () => {
    expect(() => randomCircuit(full, 54, key)).toThrow("no circuit has so many edges");
    expect(() => expectedRandomScore(truth, full, -1)).toThrow("no circuit has so many edges");
  });
});
