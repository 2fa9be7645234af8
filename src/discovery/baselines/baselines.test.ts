import { describe, expect, it } from "vitest";
import { circuitOf, fullGraph, headCircuit } from "../../circuit/index.ts";
import { referenceBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { degree, groundTruthRanking, random, randomMuted, scoreDiscovery } from "../index.ts";

const context = { backend: referenceBackend() };
const task = tinyTask();
const { config } = task.transformer;
const graph = fullGraph(config);

describe("the baseline", () => {
  it("random-muted-qk is random but for queries and keys", async () => {
    const { scores } = await random.discover(task, { seed: 5 }, context);
    const muted = await randomMuted.discover(task, { seed: 5 }, context);
    for (const [text, score] of scores) {
      const isMuted = /hook_[qk]_input/.test(text);
      expect(muted.scores.get(text)).toBe(isMuted ? 0 : score);
    }
  });

  it("degree multiplies the numbers of edges at both components", async () => {
    const { scores } = await degree.discover(task, {}, context);
    // Of 46 edges the embeddings have 15, the output 7, and the last MLP 6 before it and 1 behind.
    const [E, embeddings, output, lastMlp] = [46, 15, 7, 7];
    expect(scores.size).toBe(E);
    const of = (from: string, to: string) => scores.get(`${from}->${to}`)!;
    const [input, end] = ["blocks.0.hook_resid_pre", "blocks.1.hook_resid_post"];
    expect(of(input, end)).toBeCloseTo((embeddings * output) / E, 12);
    expect(of("blocks.1.hook_mlp_out", end)).toBeCloseTo((lastMlp * output) / E, 12);
  });

  it("truth cannot be beaten, and needs the truth", async () => {
    const some = [...headCircuit(config).edges.values()].filter((_, i) => i % 3 === 0);
    const truth = circuitOf(some);
    const found = await groundTruthRanking.discover(
      { ...task, truth },
      { threshold: 0.5 },
      context,
    );
    const { edges, auroc } = scoreDiscovery(found, truth, config);
    expect(edges).toMatchObject({ tp: some.length, fp: 0, fn: 0, tpr: 1, fpr: 0 });
    expect(auroc.edges).toBe(1);
    expect(found.circuit!.edges.size).toBeGreaterThan(some.length);
    const { truth: _, ...untold } = task;
    expect(await groundTruthRanking.discover(untold, {}, context).catch(formatError)).toBe(
      'E_TASK: the algorithm "truth" needs the true circuit (at truth) — expected a circuit of heads and MLPs — received nothing. A folder\'s model has one in circuit.json, a case of the catalogue by -i.',
    );
  });

  it("scores every edge", async () => {
    for (const baseline of [random, randomMuted, degree]) {
      const { scores } = await baseline.discover(task, {}, context);
      expect([...scores.keys()]).toEqual(graph.edges.map(({ text }) => text));
    }
  });
});
