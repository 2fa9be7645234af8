import { describe, expect, it } from "vitest";
import { acdcOrder, fullGraph, PAPER_THRESHOLDS } from "../../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { naiveLosses, TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { acdcSweep, type DiscoveryTask, visitingOrder } from "../index.ts";

const backend = referenceBackend();
const tasks = Object.entries(TINY_TASKS);

/** ACDC by the book: a whole factored pass for every decision. */
function naiveAcdc(task: DiscoveryTask, threshold: number, seed?: number) {
  const graph = fullGraph(task.transformer.config);
  const lossOf = naiveLosses(task, backend);
  const removed = new Set<number>();
  const changes = new Map<string, number>();
  let loss = 0;
  for (const index of visitingOrder(graph, seed)) {
    const isIntact = (edge: { index: number }) => !removed.has(edge.index) && edge.index !== index;
    const without = lossOf("faithfulness", (edge) => (isIntact(edge) ? 1 : 0));
    changes.set(graph.edges[index]!.text, without - loss);
    if (Math.fround(without - loss) >= Math.fround(threshold)) continue;
    removed.add(index);
    loss = without;
  }
  const kept = graph.edges.filter(({ index }) => !removed.has(index)).map(({ text }) => text);
  return { kept, changes, loss };
}

describe("an ACDC sweep", () => {
  it.each(tasks)("equals ACDC by the book: %s", async (_, task) => {
    const threshold = task.categorical ? 0.01 : 0.1;
    const { kept, changes, loss } = naiveAcdc(task, threshold);
    const { outcomes } = await acdcSweep(task, [threshold], { backend });
    const [outcome] = outcomes;
    expect(new Set(outcome!.circuit.edges.keys())).toEqual(new Set(kept));
    expect(Math.abs(outcome!.faithfulness - loss)).toBeLessThan(1e-10);
    for (const [text, change] of changes) {
      expect(Math.abs(outcome!.changes.get(text)! - change)).toBeLessThan(1e-10);
    }
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(changes.size);
  });

  it("equals ACDC by the book in shuffled order, where heads are left and come back to", async () => {
    const task = tinyTask({ nHeads: 3 });
    const { kept, loss } = naiveAcdc(task, 0.01, 5);
    const { outcomes, order } = await acdcSweep(task, [0.01], { backend }, { seed: 5 });
    expect(new Set(outcomes[0]!.circuit.edges.keys())).toEqual(new Set(kept));
    expect(Math.abs(outcomes[0]!.faithfulness - loss)).toBeLessThan(1e-10);
    expect(order).not.toEqual(acdcOrder(fullGraph(task.transformer.config)));
  });

  it.each(tasks)("finds for each threshold what a run of its own finds: %s", async (_, task) => {
    const thresholds = [0.5, 0, 0.01, 0.1, 0.01, -1];
    const shared = await acdcSweep(task, thresholds, { backend });
    let [alone, smallest] = [0, new Map<string, number>()];
    for (const [i, threshold] of thresholds.entries()) {
      const { outcomes, evaluations } = await acdcSweep(task, [threshold], { backend });
      expect(shared.outcomes[i]).toEqual(outcomes[0]);
      alone += evaluations;
      for (const text of shared.scores.keys()) {
        const score = outcomes[0]!.circuit.edges.has(text) ? Number.POSITIVE_INFINITY : threshold;
        smallest = smallest.set(text, Math.min(smallest.get(text) ?? score, score));
      }
    }
    expect(shared.scores).toEqual(smallest);
    expect(shared.evaluations).toBeLessThan(alone);
  });

  it("removes everything with a huge threshold and nothing with a very negative one", async () => {
    const task = tinyTask();
    const { outcomes } = await acdcSweep(task, [1e9, -1e9], { backend });
    expect(outcomes.map(({ circuit }) => circuit.edges.size)).toEqual([0, 46]);
    expect(outcomes[1]!.faithfulness).toBe(0);
    const all = naiveLosses(task, backend)("faithfulness", () => 0);
    expect(Math.abs(outcomes[0]!.faithfulness - all)).toBeLessThan(1e-12);
  });

  it("runs nothing for edges into nodes that no longer reach the output", async () => {
    const task = tinyTask();
    const { outcomes, evaluations } = await acdcSweep(task, [1e9], { backend });
    // Seven edges into the output, and the loss before the first of them.
    expect(evaluations).toBe(8);
    const { changes } = outcomes[0]!;
    expect(changes.get("blocks.0.hook_resid_pre->blocks.0.hook_mlp_in")).toBe(0);
    expect(changes.get("blocks.0.hook_resid_pre->blocks.1.hook_resid_post")).not.toBe(0);
  });

  it.each(["reference", "wasm"])(
    "removes all or none where clean and corrupted inputs are the same: %s",
    async (name) => {
      const { cleanTokens, ...task } = tinyTask();
      const same = { ...task, cleanTokens, corruptedTokens: cleanTokens };
      const context = { backend: name === "wasm" ? await wasmBackend() : backend };
      const { outcomes } = await acdcSweep(same, [0, 1e-30], context);
      expect(outcomes.map(({ circuit }) => circuit.edges.size)).toEqual([46, 0]);
      expect(new Set(outcomes[0]!.changes.values())).toEqual(new Set([0]));
    },
  );

  it("compares in float32: a change equal to the threshold keeps the edge", async () => {
    const task = tinyTask();
    const first = acdcOrder(fullGraph(task.transformer.config))[0]!;
    const { text } = fullGraph(task.transformer.config).edges[first]!;
    const { outcomes } = await acdcSweep(task, [0], { backend });
    const change = outcomes[0]!.changes.get(text)!;
    const slightly = change * (1 + 1e-10);
    expect(slightly).toBeGreaterThan(change);
    const thresholds = [slightly, change * 1.001];
    const kept = (await acdcSweep(task, thresholds, { backend })).outcomes;
    expect(kept.map(({ circuit }) => circuit.edges.has(text))).toEqual([true, false]);
  });

  it("weighs rows by their multiplicity", async () => {
    const task = tinyTask();
    const [rows, copies] = [
      [0, 2, 2, 4],
      [0, 2, 4],
    ];
    const select = (tokens: Int32Array, which: number[]) =>
      Int32Array.from(which.flatMap((r) => [...tokens.subarray(3 * r, 3 * r + 3)]));
    const tokensOf = (which: number[]) => ({
      rows: which.length,
      cleanTokens: select(task.cleanTokens, which),
      corruptedTokens: select(task.corruptedTokens, which),
    });
    const sweep = (facts: Partial<DiscoveryTask>) =>
      acdcSweep({ ...task, ...facts }, [0.01], { backend });
    const [repeated] = (await sweep(tokensOf(rows))).outcomes;
    const [weighted] = (await sweep({ ...tokensOf(copies), multiplicity: [1, 2, 1] })).outcomes;
    expect(weighted!.circuit).toEqual(repeated!.circuit);
    expect(Math.abs(weighted!.faithfulness - repeated!.faithfulness)).toBeLessThan(1e-13);
  });

  it("agrees between the backends", async () => {
    const wasm = await wasmBackend();
    for (const [, task] of tasks) {
      const [a, b] = [
        await acdcSweep(task, [0.01], { backend }),
        await acdcSweep(task, [0.01], { backend: wasm }),
      ];
      expect(b.outcomes[0]!.circuit).toEqual(a.outcomes[0]!.circuit);
      const difference = Math.abs(b.outcomes[0]!.faithfulness - a.outcomes[0]!.faithfulness);
      expect(difference).toBeLessThan(1e-5);
    }
  });

  it("takes the paper's thresholds", async () => {
    const { outcomes } = await acdcSweep(tinyTask(), PAPER_THRESHOLDS, { backend });
    const sizes = outcomes.map(({ circuit }) => circuit.edges.size);
    expect(sizes).toHaveLength(19);
    expect(sizes[0]).toBeGreaterThan(sizes.at(-1)!);
  });

  it("needs thresholds", async () => {
    const errorOf = (thresholds: number[]) =>
      acdcSweep(tinyTask(), thresholds, { backend }).catch(formatError);
    expect(await errorOf([])).toBe(
      "E_OPTION: ACDC needs thresholds (at thresholds) — expected at least one number — received none",
    );
    expect(await errorOf([0.1, Number.NaN])).toContain("received 0.1, NaN");
  });

  it("reports progress and stops when it is told to", async () => {
    const seen: number[] = [];
    const stop = new AbortController();
    const reason = new Error("enough");
    const sweep = acdcSweep(tinyTask(), [0.01], {
      backend,
      signal: stop.signal,
      onProgress: ({ done, total, unit }) => {
        expect([total, unit]).toEqual([46, "edges"]);
        seen.push(done);
        if (done === 5) stop.abort(reason);
      },
    });
    await expect(sweep).rejects.toBe(reason);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("the visiting order", () => {
  const graph = fullGraph({ nLayers: 2, nHeads: 2 });

  it("is canonical without a seed", () => {
    expect(visitingOrder(graph)).toEqual(acdcOrder(graph));
  });

  it("is shuffled within sublayers by a seed, the same every time", () => {
    const depths = (order: number[]) =>
      order.map((i) => graph.destinations[graph.edges[i]!.destination]!.depth);
    const [a, b] = [visitingOrder(graph, 1), visitingOrder(graph, 2)];
    expect(a).not.toEqual(b);
    expect(visitingOrder(graph, 1)).toEqual(a);
    expect(depths(a)).toEqual(depths(acdcOrder(graph)));
    expect([...a].sort((x, y) => x - y)).toEqual(graph.edges.map(({ index }) => index));
  });
});
