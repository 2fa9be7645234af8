import { describe, expect, it } from "vitest";
import { fullGraph, type Node } from "../../circuit/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import { rowWeights } from "../../interventions/index.ts";
import { blockHook, type HookName, run, sourceHooks } from "../../transformer/index.ts";
import { TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { activationMagnitude, type DiscoveryTask, informationFlow } from "../index.ts";

const backend = referenceBackend();
const wasm = await wasmBackend();
const tasks = Object.entries(TINY_TASKS);

/** What passes in the clean run: the number at a row, position and place of a hook point. */
function cleanValues(task: DiscoveryTask, hooks: readonly HookName[]) {
  const { rows, positions, cleanTokens, transformer } = task;
  const tokens = Array.from({ length: rows }, (_, row) =>
    cleanTokens.slice(row * positions, (row + 1) * positions),
  );
  const { cache } = run(transformer, backend, { tokens, capture: hooks });
  const { dModel, nHeads } = transformer.config;
  return ({ hook, head }: Node, row: number, position: number): ArrayLike<number> => {
    const heads = head === null ? 1 : nHeads;
    const at = ((row * positions + position) * heads + (head ?? 0)) * dModel;
    return cache.get(hook as HookName)!.data.slice(at, at + dModel);
  };
}

const sizeOf = (x: ArrayLike<number>) => Array.from(x, Math.abs).reduce((a, b) => a + b, 0);

/** The shares of all edges in plain loops. */
function naiveShares(task: DiscoveryTask): Float64Array {
  const { config } = task.transformer;
  const graph = fullGraph(config);
  const streams = graph.destinations.map(({ block, input }): HookName => {
    if (input === "output") return blockHook(block, "hook_resid_post");
    return blockHook(block, input === "mlp" ? "hook_resid_mid" : "hook_resid_pre");
  });
  const at = cleanValues(task, [...new Set([...sourceHooks(config), ...streams])]);
  const totals = new Float64Array(graph.edges.length);
  for (const [row, weight] of rowWeights(task).entries()) {
    for (let position = 0; position < task.positions; position++) {
      for (const { index } of graph.destinations) {
        const x = at({ hook: streams[index]!, head: null }, row, position);
        const edges = graph.edges.filter(({ destination }) => destination === index);
        const proximities = edges.map(({ source }) => {
          const written = at(graph.sources[source]!.node, row, position);
          return Math.max(0, sizeOf(x) - sizeOf(Array.from(x, (y, d) => y - written[d]!)));
        });
        const all = proximities.reduce((a, b) => a + b);
        for (const [i, edge] of edges.entries()) {
          if (all > 0) totals[edge.index]! += (weight * proximities[i]!) / all / task.positions;
        }
      }
    }
  }
  return totals;
}

describe.each<readonly [string, Backend, number]>([
  ["reference", backend, 1e-12],
  ["wasm", wasm, 1e-5],
])("information flow routes on %s", (_, on, tolerance) => {
  it.each(tasks)("are shares of what each reader reads: %s", async (_name, task) => {
    const { scores } = await informationFlow.discover(
      task,
      { embeddings: "both" },
      { backend: on },
    );
    const expected = naiveShares(task);
    for (const [i, score] of [...scores.values()].entries()) {
      expect(Math.abs(score - expected[i]!)).toBeLessThan(tolerance);
    }
  });
});

describe("information flow routes", () => {
  it("are the same for the query, key and value of a head", async () => {
    const { scores } = await informationFlow.discover(tinyTask(), {}, { backend });
    for (const [text, score] of scores) {
      const asValue = text.replace(/hook_[qk]_input/, "hook_v_input");
      expect(scores.get(asValue)).toBe(score);
    }
  });

  it("need no corrupted inputs unless a circuit is to be measured with them", async () => {
    const { corruptedTokens: _, ...task } = tinyTask();
    const found = await informationFlow.discover(task, {}, { backend });
    expect(found.scores.size).toBe(fullGraph(task.transformer.config).edges.length);
    const zeroed = await informationFlow.discover(
      task,
      { edgeCount: 3, ablation: "zero" },
      { backend },
    );
    expect(zeroed.circuit!.edges.size).toBe(3);
    await expect(informationFlow.discover(task, { edgeCount: 3 }, { backend })).rejects.toThrow(
      "there is nothing to compare the inputs with",
    );
  });

  it("are 0, not NaN, where nothing is written", async () => {
    const task = tinyTask();
    const { config, weights } = task.transformer;
    const silent = new Map(
      [...weights].map(([key, { shape, data }]) => [key, { shape, data: data.map(() => 0) }]),
    );
    const zeros = { ...task, transformer: { config, weights: silent } };
    const { scores } = await informationFlow.discover(zeros, {}, { backend });
    expect(new Set(scores.values())).toEqual(new Set([0]));
  });
});

describe("activation magnitude", () => {
  it.each(tasks)("is the mean of what a source writes, in plain loops: %s", async (_, task) => {
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const at = cleanValues(task, sourceHooks(config));
    const places = Array.from(rowWeights(task), (weight, row) =>
      Array.from({ length: task.positions }, (_row, position) => ({ weight, row, position })),
    ).flat();
    const meanOf = (source: number, of: (x: number) => number): number => {
      const { node } = graph.sources[source]!;
      const share = 1 / (task.positions * config.dModel);
      return places.reduce((total, { weight, row, position }) => {
        const written = Array.from(at(node, row, position), of);
        return total + weight * share * written.reduce((a, b) => a + b);
      }, 0);
    };
    const signed = await activationMagnitude.discover(task, {}, { backend });
    const sized = await activationMagnitude.discover(task, { average: "absolute" }, { backend });
    for (const { text, source } of graph.edges) {
      expect(signed.scores.get(text)).toBeCloseTo(Math.abs(meanOf(source, (x) => x)), 10);
      expect(sized.scores.get(text)).toBeCloseTo(meanOf(source, Math.abs), 10);
    }
  });
});
