import { describe, expect, it } from "vitest";
import { type ComputationalGraph, fullGraph } from "../../circuit/index.ts";
import {
  compile,
  referenceBackend,
  sampleInput,
  type Tensor,
  wasmBackend,
} from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import {
  constantTensors,
  forward,
  type HookName,
  hookShape,
  patchHead,
  run,
} from "../../transformer/index.ts";
import type { Cut } from "../acdc/cut.ts";
import {
  lossByHand,
  naiveLosses,
  storedDiscovery,
  TINY_TASKS,
  tinyTask,
} from "../fixtures.testing.ts";
import {
  acdcSweep,
  type DiscoveryTask,
  legacyAcdc,
  legacyAcdcSweep,
  metricScale,
} from "../index.ts";
import { legacyCuts } from "./cuts.ts";
import type { OrderMode } from "./order-mode.ts";

const backend = referenceBackend();
const tasks = Object.entries(TINY_TASKS);

const cutsOf = (graph: ComputationalGraph, names: OrderMode = "normal", indices = names) =>
  legacyCuts(graph, { names, indices, key: Key.fromSeed(0) });

/** Whether the source of an edge's reader still feeds anything. */
function isConnected(graph: ComputationalGraph, destination: number, removed: ReadonlySet<number>) {
  const { depth, node, input } = graph.destinations[destination]!;
  if (input === "output") return true;
  const own = graph.sources.find((s) => s.depth === depth && s.node.head === node.head)!;
  return graph.edges.some(({ source, index }) => source === own.index && !removed.has(index));
}

/** Legacy ACDC by the book: a whole factored pass for every decision. */
function naiveLegacy(task: DiscoveryTask, threshold: number, absolute: boolean) {
  const graph = fullGraph(task.transformer.config);
  const lossOf = naiveLosses(task, backend);
  const removed = new Set<number>();
  const scale = metricScale(task);
  let loss = 0;
  for (const { destination, edges } of cutsOf(graph)) {
    const left = edges.filter((edge) => !removed.has(edge));
    const isTested = left.length > 0 && isConnected(graph, destination, removed);
    const without = isTested
      ? lossOf("faithfulness", ({ index }) => (removed.has(index) || left.includes(index) ? 0 : 1))
      : loss;
    const change = scale * (without - loss);
    const judged = Math.fround(absolute ? Math.abs(change) : change);
    if (isTested && judged >= Math.fround(threshold)) continue;
    for (const edge of edges) removed.add(edge);
    loss = without;
  }
  const kept = graph.edges.filter(({ index }) => !removed.has(index)).map(({ text }) => text);
  return { kept, loss };
}

describe("legacy ACDC", () => {
  it.each(tasks)("equals itself by the book: %s", async (_, task) => {
    const threshold = (task.categorical ? 0.01 : 0.1) * metricScale(task);
    for (const absolute of [false, true]) {
      const { kept, loss } = naiveLegacy(task, threshold, absolute);
      const { outcomes } = await legacyAcdcSweep(task, [threshold], { backend }, { absolute });
      expect(new Set(outcomes[0]!.circuit.edges.keys())).toEqual(new Set(kept));
      expect(Math.abs(outcomes[0]!.faithfulness - loss)).toBeLessThan(1e-10);
      expect(kept.length).toBeGreaterThan(0);
    }
  });

  it("divides divergences by the number of classes, but for answers at the last position", () => {
    const task = tinyTask({ dVocabOut: 3 });
    expect(metricScale(task)).toBe(1 / 3);
    expect(metricScale({ ...task, outputPositions: "last" })).toBe(1);
    expect(metricScale({ ...task, categorical: false })).toBe(1);
  });

  it("runs nothing for what nothing reads any more", async () => {
    const task = tinyTask();
    const { outcomes } = await legacyAcdcSweep(task, [-1e9], { backend });
    expect(outcomes[0]!.circuit.edges.size).toBe(46);
    const all = await legacyAcdcSweep(task, [1e9], { backend });
    expect(all.outcomes[0]!.circuit.edges.size).toBe(0);
    // Seven edges into the output, and the loss before the first of them.
    expect(all.evaluations).toBe(8);
  });

  it("finds for each threshold what a run of its own finds", async () => {
    const task = tinyTask({ nHeads: 3 });
    const thresholds = [0.1, 0, 0.003, 0.03];
    const shared = await legacyAcdcSweep(task, thresholds, { backend });
    for (const [i, threshold] of thresholds.entries()) {
      const { outcomes } = await legacyAcdcSweep(task, [threshold], { backend });
      expect(shared.outcomes[i]).toEqual(outcomes[0]);
    }
  });

  it("takes no more than twice the runs of ACDC on a trained model of case 3", async () => {
    const { task } = storedDiscovery("3");
    const wasm = await wasmBackend();
    const [legacy, plain] = [
      await legacyAcdcSweep(task, [0.025], { backend: wasm }),
      await acdcSweep(task, [0.025], { backend: wasm }),
    ];
    expect(legacy.evaluations).toBeLessThan(2 * plain.evaluations);
    // Numbers: both judge by the same metric, and agree on a circuit without close decisions.
    expect(legacy.outcomes[0]!.circuit).toEqual(plain.outcomes[0]!.circuit);
  });

  it("gives an algorithm with scores of all edges", async () => {
    const task = tinyTask();
    const { scores, ranking, circuit } = await legacyAcdc.discover(
      task,
      { threshold: 0.003, namesMode: "random", indicesMode: "reverse" },
      { backend },
    );
    expect(scores.size).toBe(46);
    expect(ranking.size).toBe(46);
    expect(circuit!.edges.size).toBeGreaterThan(0);
  });
});

describe("a direct edge", () => {
  it.each(["q", "k", "v"] as const)("that is removed (%s) is all edges into its input", (input) => {
    const task = tinyTask({ nHeads: 3, dVocabOut: 3 });
    const { transformer, rows, positions } = task;
    const { config } = transformer;
    const hook: HookName = `blocks.1.attn.hook_${input}`;
    const rowsOf = (tokens: Int32Array) =>
      Array.from({ length: rows }, (_, r) => tokens.slice(r * positions, (r + 1) * positions));
    const corrupted = { tokens: rowsOf(task.corruptedTokens), capture: [hook] };
    const other = run(transformer, backend, corrupted).cache.get(hook)!;
    const clean = run(transformer, backend, { tokens: rowsOf(task.cleanTokens) }).logits.data;
    const source = sampleInput("source", hookShape(config, hook, positions));
    const { logits } = forward(
      config,
      constantTensors(transformer),
      sampleInput("tokens", [positions]),
      { hooks: new Map([[hook, (own: Tensor) => patchHead(own, 2, source)]]) },
    );
    const patched = backend.load(compile({ outputs: { logits } })).run({
      batch: rows,
      inputs: { tokens: Float32Array.from(task.cleanTokens), source: other.data },
    }).logits;
    const byHand = lossByHand(task, "faithfulness", clean, patched);
    const reader = `blocks.1.hook_${input}_input[2]`;
    const byEdges = naiveLosses(task, backend)("faithfulness", ({ text }) =>
      text.endsWith(`->${reader}`) ? 0 : 1,
    );
    expect(byHand).toBeGreaterThan(0);
    expect(Math.abs(byHand - byEdges)).toBeLessThan(1e-12);
  });
});

describe("the order of legacy ACDC", () => {
  const graph = fullGraph({ nLayers: 2, nHeads: 4 });
  const names = (cuts: readonly Cut[]) =>
    cuts.map(({ destination, edges }) => {
      const { hook, head } = graph.destinations[destination]!.node;
      const to = `${hook}${head === null ? "" : `[${head}]`}`;
      return edges.length > 1 ? to : graph.edges[edges[0]!]!.text;
    });

  it("tests 110 edges and 24 direct ones of 2 layers of 4 heads", () => {
    const cuts = cutsOf(graph);
    expect(cuts).toHaveLength(110 + 24);
    const single = cuts.filter(({ edges }) => edges.length === 1).map(({ edges }) => edges[0]!);
    expect(new Set(single).size).toBe(110);
  });

  it("goes from the output backwards, the latest senders first", () => {
    const cuts = names(cutsOf(graph));
    expect(cuts.slice(0, 3)).toEqual([
      "blocks.1.hook_mlp_out->blocks.1.hook_resid_post",
      "blocks.1.attn.hook_result[3]->blocks.1.hook_resid_post",
      "blocks.1.attn.hook_result[2]->blocks.1.hook_resid_post",
    ]);
    const start = cuts.indexOf("blocks.1.hook_v_input[3]");
    expect(cuts.slice(start, start + 14)).toEqual([
      ...["v", "k", "q"].flatMap((input) =>
        [3, 2, 1, 0].map((head) => `blocks.1.hook_${input}_input[${head}]`),
      ),
      "blocks.0.hook_mlp_out->blocks.1.hook_v_input[3]",
      "blocks.0.attn.hook_result[3]->blocks.1.hook_v_input[3]",
    ]);
  });

  it("can be reversed within a reader, or drawn", () => {
    const into = (cuts: readonly Cut[]) =>
      names(cuts)
        .filter((name) => name.endsWith("->blocks.0.hook_mlp_in"))
        .map((name) => name.split("->")[0]);
    const heads = [0, 1, 2, 3].map((head) => `blocks.0.attn.hook_result[${head}]`);
    expect(into(cutsOf(graph, "reverse"))).toEqual(["blocks.0.hook_resid_pre", ...heads]);
    expect(into(cutsOf(graph, "normal", "reverse"))).toEqual([...heads, "blocks.0.hook_resid_pre"]);
    const drawn = names(cutsOf(graph, "random"));
    expect(drawn).not.toEqual(names(cutsOf(graph)));
    expect(drawn.toSorted()).toEqual(names(cutsOf(graph)).toSorted());
  });
});
