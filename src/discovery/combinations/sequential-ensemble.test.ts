import { describe, expect, it } from "vitest";
import { fullGraph } from "../../circuit/index.ts";
import { wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { edgePlace } from "../../interventions/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { edgeScores, getAlgorithm, maskCount, readWriteScheme } from "../index.ts";
import { maskSlots } from "../masks/masked-run.ts";
import { keepProbabilities, layerRanks, warmLogits } from "./warm-start.ts";

const task = tinyTask();
const { config } = task.transformer;
const graph = fullGraph(config);
const sizes = edgeScores(
  graph,
  graph.edges.map((_, i) => (i * 29) % graph.edges.length),
);
const WARM = { keep: 0.1, temperature: 0.25 } as const;

describe("masks that start from a ranking", () => {
  it("are ranked within their sublayer, from 0 to 1", () => {
    const ranks = layerRanks(sizes, graph);
    for (const depth of new Set(graph.destinations.map((one) => one.depth))) {
      const own = graph.edges.filter(({ destination }) => {
        return graph.destinations[destination]!.depth === depth;
      });
      const sorted = own.toSorted((a, b) => sizes.get(a.text)! - sizes.get(b.text)!);
      const last = Math.max(1, own.length - 1);
      expect(sorted.map(({ index }) => ranks[index])).toEqual(sorted.map((_, i) => i / last));
    }
  });

  it("are kept with probabilities of a given mean, more of those of higher rank", () => {
    const ranks = layerRanks(sizes, graph);
    for (const keep of [0.02, 0.1, 0.7]) {
      const p = keepProbabilities(ranks, { ...WARM, keep });
      expect(p.reduce((a, b) => a + b) / p.length).toBeCloseTo(keep, 9);
      const logit = (x: number) => Math.log(x / (1 - x));
      const [low, high] = [ranks.indexOf(0), ranks.indexOf(1)] as const;
      expect(logit(p[high]!) - logit(p[low]!)).toBeCloseTo(1 / 0.25, 6);
    }
  });

  it("have the logits at which a middling draw of the mask is that probability", () => {
    const own = new Float64Array(maskCount(readWriteScheme, config)).fill(10);
    const logits = warmLogits(own, sizes, graph, config, WARM);
    const p = keepProbabilities(layerRanks(sizes, graph), WARM);
    const starts = new Map(
      maskSlots(readWriteScheme, config).map((slot) => [slot.hook, slot.start]),
    );
    const changed = new Set<number>();
    for (const edge of graph.edges) {
      const { hook, at } = edgePlace(graph, edge);
      const place = starts.get(hook)! + at;
      changed.add(place);
      const { depth } = graph.destinations[edge.destination]!;
      const bonus = depth <= 2 || depth === 5 ? 0.15 : 0;
      const middling = -0.1 + 1.2 / (1 + Math.exp(-(logits[place]! - bonus) / (2 / 3)));
      expect(middling).toBeCloseTo(0.97 * p[edge.index]! + 0.015, 9);
    }
    expect(changed.size).toBe(46);
    for (const [place, logit] of logits.entries()) if (!changed.has(place)) expect(logit).toBe(10);
  });
});

describe("the sequential ensemble", () => {
  it("trains from the ranking on: its scores are another start's, and the same every time", async () => {
    const context = { backend: await wasmBackend() };
    const options = { of: "exact", steps: 4, edgeSparsity: 0.5 };
    const { scores, diagnostics } = await getAlgorithm("sequential-ensemble").discover(
      task,
      options,
      context,
    );
    const again = await getAlgorithm("sequential-ensemble").discover(task, options, context);
    expect([...again.scores]).toEqual([...scores]);
    const cold = await getAlgorithm("edge-pruning").discover(
      task,
      { steps: 4, edgeSparsity: 0.5 },
      context,
    );
    expect([...cold.scores.values()]).not.toEqual([...scores.values()]);
    // Cold masks are all on after four steps, warm ones mostly off.
    const mean = (of: Iterable<number>) => [...of].reduce((a, b) => a + b) / 46;
    expect(mean(cold.scores.values())).toBeGreaterThan(0.9);
    expect(mean(scores.values())).toBeLessThan(0.4);
    expect(diagnostics.evaluations).toBe(cold.diagnostics.evaluations + 46);
  });

  it("refuses what it cannot start from", async () => {
    const context = { backend: await wasmBackend() };
    const of = (base: string) =>
      getAlgorithm("sequential-ensemble").discover(task, { of: base }, context).catch(formatError);
    expect(await of("node-exact")).toContain("received node-exact, which ranks nodes");
    expect(await of("nothing_like_it")).toContain('E_ALGORITHM: no algorithm "nothing_like_it"');
  });
});
