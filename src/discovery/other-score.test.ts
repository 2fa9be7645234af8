import { describe, expect, it } from "vitest";
import {
  circuitFromTexts,
  exactAuroc,
  fullGraph,
  graphCircuit,
  headCircuit,
  prepareForEvaluation,
} from "../circuit/index.ts";
import { referenceBackend } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import { tinyTask } from "./fixtures.testing.ts";
import {
  compareByOther,
  exact,
  numbersOfEdges,
  otherTruthOf,
  scoreByOther,
  scoreDiscovery,
  scoreFinding,
} from "./index.ts";
import { lesion } from "./lesion.testing.ts";

const context = { backend: referenceBackend() };
const task = tinyTask();
const { config } = task.transformer;
const key = Key.fromSeed(1);
const graph = graphCircuit(fullGraph(config));

const EDGES = [
  ["blocks.0.hook_resid_pre", "blocks.0.hook_v_input[0]"],
  ["blocks.0.attn.hook_result[0]", "blocks.1.hook_v_input[1]"],
  ["blocks.1.attn.hook_result[1]", "blocks.1.hook_resid_post"],
] as const;
const values = otherTruthOf(circuitFromTexts(EDGES), config);
const atHeads = otherTruthOf(prepareForEvaluation(values.circuit), config);

describe("a further truth", () => {
  it("is compared with the edges that it is made of", () => {
    expect(values).toMatchObject({ granularity: "graph", full: { edges: graph.edges } });
    expect(atHeads).toMatchObject({ granularity: "head", full: headCircuit(config) });
  });

  it("of heads scores a discovery like the first", async () => {
    const discovery = await exact.discover(task, { edgeCount: 7 }, context);
    const first = scoreDiscovery(discovery, atHeads.circuit, config);
    const { edges, auroc } = scoreByOther(discovery, atHeads, config);
    expect([edges, auroc]).toEqual([first.edges, first.auroc.edges]);
    const finding = discovery.findings[0]!;
    const { score, baselines } = scoreFinding(finding, atHeads.circuit, config, key);
    expect(compareByOther(finding, atHeads, key)).toEqual({
      edges: score.edges,
      baselines: Object.fromEntries(
        Object.entries(baselines).map(([name, parts]) => [name, parts.edges]),
      ),
    });
  });

  it("of values counts queries and keys as wrong", async () => {
    const discovery = await exact.discover(task, { edgeCount: graph.edges.size }, context);
    const all = graph.edges.size;
    const { edges, auroc } = scoreByOther(discovery, values, config);
    expect(edges).toMatchObject({ tp: 3, fp: all - 3, fn: 0, tn: 0, tpr: 1, fpr: 1 });
    expect(auroc).toBe(exactAuroc(discovery.ranking, values.circuit.edges));
    const { baselines } = compareByOther(discovery.findings[0]!, values, key);
    expect(baselines.truth).toMatchObject({ tp: 3, fp: 0, f1: 1 });
    expect(baselines.empty).toMatchObject({ tp: 0, fp: 0, fn: 3 });
  });

  it("has random circuits of equal size beside it", async () => {
    const discovery = await exact.discover(task, { edgeCount: 5 }, context);
    const { baselines } = compareByOther(discovery.findings[0]!, values, key);
    expect(baselines.random.tp).toBeCloseTo((5 * 3) / graph.edges.size, 12);
    expect(baselines.random.tp + baselines.random.fp).toBeCloseTo(5, 12);
  });

  it("judges rankings of nodes by the edges between them", async () => {
    const discovery = await lesion.discover(task, { nodeCount: [2] }, context);
    const ranked = numbersOfEdges(discovery.ranking, discovery, config);
    const { edges, auroc } = scoreByOther(discovery, values, config);
    expect(auroc).toBe(exactAuroc(ranked, values.circuit.edges));
    expect(edges!.tp + edges!.fp).toBe(discovery.circuit!.edges.size);
    const chosen = compareByOther(discovery.findings[0]!, values, key);
    expect(chosen.edges).toEqual(edges);
    expect(chosen.baselines.random.tp).toBeGreaterThan(0);
  });

  it("scores no circuit where there is none", async () => {
    const discovery = await exact.discover(task, {}, context);
    expect(scoreByOther(discovery, values, config).edges).toBeUndefined();
  });
});
