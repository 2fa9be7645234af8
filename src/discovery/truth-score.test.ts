import { describe, expect, it } from "vitest";
import { circuitOf, fullGraph, headCircuit } from "../circuit/index.ts";
import { Key } from "../rng/index.ts";
import { otherTruthOf, type ScoredRanking, scoreByTruth } from "./index.ts";

const shape = { nLayers: 2, nHeads: 2 };
const graph = fullGraph(shape);
const key = Key.fromSeed(1);

const rankingOf = (score: (text: string, index: number) => number): ScoredRanking => ({
  ranking: new Map(graph.edges.map(({ text, index }) => [text, score(text, index)])),
  ranks: "edges",
  paperSweep: { option: "threshold", from: "scores" },
  findings: [],
});

/** The truth between heads and MLPs: every third edge. */
const heads = otherTruthOf(
  circuitOf([...headCircuit(shape).edges.values()].filter((_, i) => i % 3 === 0)),
  shape,
);

/** One with values alone. */
const values = otherTruthOf(
  circuitOf(graph.edges.flatMap(({ edge, text }) => (text.includes("hook_v_input") ? [edge] : []))),
  shape,
);

describe("a ranking against a truth", () => {
  it("has all there is to have if it is the truth, and nothing if it is its opposite", () => {
    const isTrue = (text: string) => values.circuit.edges.has(text);
    const best = scoreByTruth(
      rankingOf((text) => (isTrue(text) ? 2 : 1)),
      values,
      shape,
      key,
    );
    expect(best.ranking.apart).toMatchObject({ auroc: 1, averagePrecision: 1 });
    expect(best.mib!.auroc).toBe(best.mib!.best);
    const worst = scoreByTruth(
      rankingOf((text) => (isTrue(text) ? 1 : 2)),
      values,
      shape,
      key,
    );
    expect(worst.ranking.apart.auroc).toBe(0);
    expect(worst.mib!.auroc).toBe(worst.mib!.worst);
  });

  it("tells what muting queries and keys gains, where only values are true, and what merging leaves of it", () => {
    const muted = rankingOf((text) => (/hook_[qk]_input/.test(text) ? 0 : 1));
    const score = scoreByTruth(muted, values, shape, key);
    expect(score.ranking.apart.auroc).toBe(score.ranking.apart.mutedQk);
    // Of the negatives 2/3 of those into heads are muted, which a positive always beats; the others tie.
    const into = graph.edges.filter(({ text }) => /hook_[qkv]_input/.test(text)).length;
    const others = graph.edges.length - into;
    const negatives = (2 / 3) * into + others;
    expect(score.ranking.apart.mutedQk).toBeCloseTo(((2 / 3) * into + others / 2) / negatives, 12);
    expect(score.ranking.edges.auroc).toBe(0.5);
    expect(score.mib!.randomMutedQk).toBeGreaterThan(score.mib!.random + 0.1);
  });

  it("takes edges between heads and MLPs to hold for query, key and value", () => {
    const score = scoreByTruth(
      rankingOf((_, index) => index),
      heads,
      shape,
      key,
    );
    const { edges, apart } = score.ranking;
    expect(edges).toMatchObject({
      items: headCircuit(shape).edges.size,
      positives: heads.circuit.edges.size,
    });
    expect(apart.items).toBe(graph.edges.length);
    expect(apart.positives).toBeGreaterThan(edges.positives);
    expect(score.roc!.at(-1)).toEqual({ fpr: 1, tpr: 1 });
  });

  it("scores each of its circuits beside random ones of its size", () => {
    const setting = { name: "threshold", value: 0.5 };
    const whole = circuitOf(graph.edges.map(({ edge }) => edge));
    const { circuits } = scoreByTruth(
      { ...rankingOf(() => 1), findings: [{ setting, circuit: whole }] },
      heads,
      shape,
      key,
    );
    const [only] = circuits;
    expect(only!.setting).toBe(setting);
    expect(only!.score.edges).toMatchObject({ tpr: 1, fpr: 1, fn: 0, tn: 0 });
    expect(only!.score.edges.shd).toBe(only!.score.edges.fp);
    expect(only!.baselines.random.edges.tpr).toBe(1);
  });
});
