import { describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import {
  type Circuit,
  circuitOf,
  edgesOnPaths,
  fullGraph,
  greedyEdges,
  optimalEdges,
  positiveFirst,
  type ScoreMap,
  topEdges,
} from "./index.ts";

const scoresOf = (shape: { nLayers: number; nHeads: number }, seed: number): ScoreMap => {
  const { edges } = fullGraph(shape);
  const values = Key.fromSeed(seed).normal(edges.length);
  return new Map(edges.map(({ text }, i) => [text, values[i]!]));
};

const sizes = (scores: ScoreMap): ScoreMap =>
  new Map([...scores].map(([text, score]) => [text, Math.abs(score)]));

const worth = ({ edges }: Circuit, scores: ScoreMap) =>
  [...edges.keys()].reduce((sum, text) => sum + scores.get(text)!, 0);

const isWhole = (circuit: Circuit) => edgesOnPaths(circuit).size === circuit.edges.size;

describe("the optimal circuit of so many edges", () => {
  it.each([1, 2, 3])(
    "is the best of all that have no edge on no path, with seed %i",
    async (seed) => {
      const scores = scoresOf({ nLayers: 1, nHeads: 1 }, seed);
      const edges = fullGraph({ nLayers: 1, nHeads: 1 }).edges;
      const feasible = Array.from({ length: 2 ** edges.length }, (_, bits) =>
        circuitOf(edges.filter((_edge, i) => (bits >> i) & 1).map(({ edge }) => edge)),
      ).filter(isWhole);
      for (const [of, count] of [2, 3, 5, 8].flatMap((n) => [
        [scores, n] as const,
        [sizes(scores), n] as const,
      ])) {
        const { circuit } = await optimalEdges(of, count);
        const allowed = feasible.filter((one) => one.edges.size <= count);
        const best = Math.max(...allowed.map((one) => worth(one, of)));
        expect([isWhole(circuit), circuit.edges.size <= count]).toEqual([true, true]);
        expect(worth(circuit, of)).toBeCloseTo(best, 6);
      }
    },
  );

  it("is worth no less than a grown one, and the whole graph where all is wanted", async () => {
    const scores = sizes(scoresOf({ nLayers: 2, nHeads: 2 }, 5));
    for (const count of [1, 4, 9, 23]) {
      const grown = greedyEdges(scores, count).circuit;
      const reached = edgesOnPaths(grown);
      const kept = circuitOf([...grown.edges].filter(([t]) => reached.has(t)).map(([, e]) => e));
      const { circuit } = await optimalEdges(scores, count);
      expect(worth(circuit, scores)).toBeGreaterThanOrEqual(worth(kept, scores) - 1e-9);
      expect(isWhole(circuit)).toBe(true);
    }
    expect((await optimalEdges(scores, 46)).circuit.edges.size).toBe(46);
    expect((await optimalEdges(scores, 0)).circuit.edges.size).toBe(0);
  });

  it("keeps a share of positive edges, and does not depend on the scale of scores", async () => {
    const effects = scoresOf({ nLayers: 2, nHeads: 2 }, 7);
    const scores = sizes(effects);
    const positive = { effects, share: 0.75 };
    const { circuit } = await optimalEdges(scores, 12, positive);
    const positives = [...circuit.edges.keys()].filter((text) => effects.get(text)! > 0);
    expect(positives.length).toBeGreaterThanOrEqual(9);
    const tiny = new Map([...scores].map(([text, score]) => [text, score * 1e-9]));
    const same = await optimalEdges(tiny, 12, positive);
    expect([...same.circuit.edges.keys()]).toEqual([...circuit.edges.keys()]);
  });

  it("needs finite scores, and edges to choose from", async () => {
    const scores = scoresOf({ nLayers: 1, nHeads: 1 }, 1);
    const [first = ""] = scores.keys();
    const infinite = new Map([...scores, [first, Number.POSITIVE_INFINITY]]);
    expect(await optimalEdges(infinite, 3).catch(formatError)).toContain(
      "E_SCORE: a sum of scores needs finite ones",
    );
    expect(await optimalEdges(scores, 9).catch(formatError)).toContain(
      "E_SCORE: there are not so many edges",
    );
  });
});

describe("the edges of which a share is positive", () => {
  const effects = scoresOf({ nLayers: 2, nHeads: 2 }, 11);
  const scores = sizes(effects);
  const keys = ({ edges }: Circuit) => [...edges.keys()];
  const positives = [...effects.values()].filter((effect) => effect > 0).length;

  it("are the ranking by size for a share of 0, and by effect for 1", () => {
    for (const count of [0, 5, positives]) {
      const none = positiveFirst(scores, count, { effects, share: 0 });
      expect(keys(none.circuit)).toEqual(keys(topEdges(scores, count).circuit));
      const all = positiveFirst(scores, count, { effects, share: 1 });
      expect(keys(all.circuit)).toEqual(keys(topEdges(effects, count).circuit));
    }
  });

  it("have no negative one among them while there are positive ones", () => {
    const { circuit } = positiveFirst(scores, positives + 3, { effects, share: 1 });
    const negative = keys(circuit).filter((text) => effects.get(text)! <= 0);
    expect(negative).toHaveLength(3);
    const rest = [...scores]
      .filter(([text]) => effects.get(text)! <= 0)
      .sort((a, b) => b[1] - a[1]);
    expect(new Set(negative)).toEqual(new Set(rest.slice(0, 3).map(([text]) => text)));
  });

  it("need an effect of each edge", () => {
    const [, ...some] = effects;
    const partial = { effects: new Map(some), share: 0.5 };
    expect(() => positiveFirst(scores, 3, partial)).toThrow("an edge has no effect");
  });
});
