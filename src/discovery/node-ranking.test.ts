import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  circuitFromTexts,
  componentScores,
  components,
  exactAuroc,
  filterEdges,
  fullGraph,
  graphCircuit,
  headCircuit,
  prepareForEvaluation,
  readerOf,
  scoreCircuit,
} from "../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import { naiveLosses, storedDiscovery, tinyTask } from "./fixtures.testing.ts";
import {
  defineAlgorithm,
  nodeCircuitSelector,
  numbersOfEdges,
  scoreDiscovery,
  scoreFinding,
} from "./index.ts";
import { lesion } from "./lesion.testing.ts";

const context = { backend: referenceBackend() };
const task = tinyTask();
const { config } = task.transformer;
const graph = fullGraph(config);
const ENDS = ["blocks.0.hook_resid_pre", "blocks.1.hook_resid_post"];

describe("a ranking of nodes", () => {
  it("is of all nodes at head granularity, embeddings and output first", async () => {
    const discovery = await lesion.discover(task, {}, context);
    expect(discovery.ranks).toBe("nodes");
    expect([...discovery.ranking.keys()]).toEqual([...headCircuit(config).nodes.keys()]);
    for (const end of ENDS) expect(discovery.ranking.get(end)).toBe(Number.POSITIVE_INFINITY);
    expect(discovery).toMatchObject({ rankedBy: "size of the effect", findings: [] });
  });

  it("measures what cutting all edges of a node does", async () => {
    const { scores } = await lesion.discover(task, { ablation: "resample" }, context);
    const lossWith = naiveLosses(task, context.backend);
    for (const { hook, head } of components(graph)) {
      const text = head === null ? hook : `${hook}[${head}]`;
      const isOf = (end: string) => end === text;
      const loss = lossWith("faithfulness", ({ edge, text: name }) =>
        isOf(name.split("->")[0]!) || isOf(readerOf(edge)) ? 0 : 1,
      );
      expect(Math.abs(scores.get(text)! - loss)).toBeLessThan(1e-12);
    }
  });

  it("gives circuits of all edges between the nodes that are kept", async () => {
    const options = { nodeCount: [0, 2, 6] };
    const { findings, scores } = await lesion.discover(task, options, context);
    expect(findings.map(({ setting: { value } }) => value)).toEqual([0, 2, 6]);
    expect([...findings[0]!.circuit.edges.keys()]).toEqual([ENDS.join("->")]);
    expect(findings[2]!.circuit.edges.size).toBe(graph.edges.length);
    expect(findings[2]!.faithfulness).toBeLessThan(1e-12);
    const best = [...scores]
      .filter(([text]) => !ENDS.includes(text))
      .sort(([, a], [, b]) => b - a)
      .slice(0, 2)
      .map(([text]) => text);
    const kept = [...best, ...ENDS];
    const { circuit, select, selection } = findings[1]!;
    expect(new Set(circuit.edges.keys())).toEqual(
      new Set(
        graph.edges
          .filter(
            ({ edge, text }) =>
              kept.includes(text.split("->")[0]!) && kept.includes(readerOf(edge)),
          )
          .map(({ text }) => text),
      ),
    );
    expect(select).toBe("nodes");
    expect(selection.nodes).toEqual({ chosen: 2, of: 6 });
    const limit = scores.get(best[1]!)!;
    const below = await lesion.discover(task, { threshold: limit * 0.99 }, context);
    expect(below.circuit).toEqual(circuit);
    const at = await lesion.discover(task, { threshold: limit }, context);
    expect(at.findings[0]!.selection.nodes).toEqual({ chosen: 1, of: 6 });
  });

  it("tells of ties, and chooses nothing where nothing is ranked", () => {
    const select = nodeCircuitSelector(graph, { nodeCount: 2 });
    const [tied] = select(componentScores(graph, [3, 1, 1, 0, 0, 0]));
    expect(tied!.selection.tie).toEqual({ score: 1, tied: 2, taken: 1 });
    const [flat] = select(componentScores(graph, [1, 1, 1, 1, 1, 1]));
    expect(flat!.selection.tie).toEqual({ score: 1, tied: 6, taken: 0 });
    expect(flat!.selection).toMatchObject({ nodes: { chosen: 0, of: 6 }, chosen: 1 });
  });

  it("refuses more nodes than there are, and two ways at once", async () => {
    const errorOf = (options: Parameters<typeof lesion.discover>[1]) =>
      lesion.discover(task, options, context).then(() => "accepted", formatError);
    expect(await errorOf({ nodeCount: 7 })).toBe(
      "E_OPTION: there are not so many heads and MLPs (at nodeCount) — expected at most 6 — received 7",
    );
    expect(await errorOf({ nodeCount: 2, threshold: 1 })).toBe(
      "E_OPTION: the options do not fit together — expected threshold or nodeCount, not both",
    );
    expect(() => nodeCircuitSelector(graph, { nodeCount: 2, threshold: 1 })).toThrow(
      "circuits are selected in one way",
    );
  });

  it("has a score for every node, or is an error", async () => {
    const { name, title, summary, reference, maturity, granularity, ranks, produces } = lesion;
    const broken = defineAlgorithm({
      ...{ name, title, summary, reference, maturity, granularity, produces, ranks: ranks! },
      options: z.object({}),
      ranking: () => ({ by: "effects", name: "effect" }),
      discover: async () => ({
        circuit: undefined,
        scores: new Map(),
        effects: new Map([[ENDS[0]!, 1]]),
        diagnostics: { evaluations: 0, backwardPasses: 0, faithfulness: undefined },
      }),
    });
    const error = await broken.discover(task, {}, context).catch(formatError);
    expect(error).toBe(
      "E_SCORE: 7 nodes have no score (at blocks.0.attn.hook_result[0]) — expected a number for each of the 8 nodes — received 1 scores",
    );
  });
});

describe("a ranking of nodes, scored", () => {
  const golden = storedDiscovery("3");
  const shape = golden.task.transformer.config;
  const truth = circuitFromTexts(
    golden.stored.truth.map((text) => text.split("->") as [string, string]),
  );
  const full = headCircuit(shape);

  it("is compared with the nodes of the truth, and with its edges by the smaller end", async () => {
    const backend = await wasmBackend();
    const discovery = await lesion.discover(golden.task, { nodeCount: 3 }, { backend });
    const { auroc, nodes, edges } = scoreDiscovery(discovery, truth, shape);
    expect(auroc.nodes).toBe(exactAuroc(discovery.ranking, truth.nodes));
    // The curve of the circuits that the ranking gives at every threshold, by trapezoids.
    const ofEdges = numbersOfEdges(discovery.ranking, discovery, shape);
    expect([...ofEdges.keys()]).toEqual([...graphCircuit(fullGraph(shape)).edges.keys()]);
    const thresholds = [...new Set(ofEdges.values())].sort((a, b) => b - a);
    const whole = graphCircuit(fullGraph(shape));
    const curve = thresholds.map((threshold) => {
      const kept = filterEdges(whole, (_, text) => ofEdges.get(text)! >= threshold);
      const { tpr, fpr } = scoreCircuit(prepareForEvaluation(kept), truth, full).edges;
      return [fpr ?? 0, tpr ?? 0] as const;
    });
    const area = curve.slice(1).reduce((sum, [x, y], i) => {
      const [before, low] = curve[i]!;
      return sum + ((x - before) * (y + low)) / 2;
    }, 0);
    expect(curve[0]).toEqual([0, 0]);
    expect(curve.at(-1)).toEqual([1, 1]);
    expect(auroc.edges).toBeCloseTo(area, 9);
    const found = scoreCircuit(prepareForEvaluation(discovery.circuit!), truth, full);
    expect([nodes!.tp, nodes!.fp]).toEqual([found.nodes.counts.tp, found.nodes.counts.fp]);
    expect([edges!.tp, edges!.fp]).toEqual([found.edges.counts.tp, found.edges.counts.fp]);
  });

  it("stands beside circuits of as many nodes at random", async () => {
    const backend = await wasmBackend();
    const discovery = await lesion.discover(golden.task, { nodeCount: 3 }, { backend });
    const key = Key.fromSeed(1);
    const { baselines, score } = scoreFinding(discovery.findings[0]!, truth, shape, key);
    const all = components(fullGraph(shape)).length;
    const hits = components(fullGraph(shape)).filter(({ hook, head }) =>
      truth.nodes.has(head === null ? hook : `${hook}[${head}]`),
    ).length;
    // Three heads or MLPs of all, and both ends.
    const { tp, fp } = baselines.random.nodes;
    expect(tp + fp).toBeCloseTo(5, 9);
    const ends = ["blocks.0.hook_resid_pre", "blocks.1.hook_resid_post"];
    const trueEnds = ends.filter((end) => truth.nodes.has(end)).length;
    const expected = trueEnds + (3 * hits) / all;
    expect(Math.abs(tp - expected)).toBeLessThan(0.2);
    expect(score.nodes.tp + score.nodes.fp).toBe(5);
  });
});
