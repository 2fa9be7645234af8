import { describe, expect, it } from "vitest";
import { emptyCircuit } from "../../circuit/index.ts";
import { type PairedTask, TINY_TASKS, tinyTask } from "../../discovery/fixtures.testing.ts";
import { circuitFaithfulness, measureNodes } from "../../discovery/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import { run, type SourceHook, sourceHooks } from "../../transformer/index.ts";
import { learnConstants } from "../index.ts";

const wasm = await wasmBackend();

/** The distances with each head and MLP ablated alone, in the order of the sources. */
const gapsOf = (task: PairedTask, on: Backend) =>
  sourceHooks(task.transformer.config)
    .slice(1)
    .flatMap((hook) => [...learnConstants(on, task, hook).gaps]);

describe("optimal constants", () => {
  it.each(Object.entries(TINY_TASKS))("cost no more than means, or zero: %s", async (_, task) => {
    const gaps = gapsOf(task, wasm);
    const context = { backend: wasm };
    const others = await Promise.all(
      ["mean", "zero", "optimal"].map((name) => measureNodes(task, "faithfulness", context, name)),
    );
    const [means, zeros, own] = others as [Float64Array, Float64Array, Float64Array];
    gaps.forEach((gap, i) => {
      expect(gap).toBeLessThanOrEqual(Math.min(means[i]!, zeros[i]!) + 1e-6);
      expect(Math.abs(gap - own[i]!)).toBeLessThan(1e-6 + 1e-4 * gap);
    });
    expect(gaps.some((gap, i) => gap < 0.95 * means[i]!)).toBe(true);
  });

  it("are the mean where the output is linear in the place and compared by squares", async () => {
    // The last MLP writes to the output alone: its best constant at one position is its mean there.
    const task = tinyTask({ dVocabOut: 1 }, { outputPositions: "last", categorical: false });
    const hook: SourceHook = "blocks.1.hook_mlp_out";
    const { positions, rows, transformer } = task;
    const { dModel } = transformer.config;
    const tokens = Array.from({ length: rows }, (_, r) =>
      task.cleanTokens.slice(r * positions, (r + 1) * positions),
    );
    const { cache } = run(transformer, referenceBackend(), { tokens, capture: [hook] });
    const { data } = cache.get(hook)!;
    const read = transformer.weights.get("unembed.W_U")!.data;
    const projected = (at: ArrayLike<number>, from: number) =>
      Array.from({ length: dModel }, (_, d) => at[from + d]! * read[d]!).reduce((a, b) => a + b, 0);
    const outputs = tokens.map((_, r) => projected(data, (r * positions + positions - 1) * dModel));
    const mean = outputs.reduce((a, b) => a + b, 0) / rows;
    const variance = outputs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows;
    const { values, gaps } = learnConstants(wasm, task, hook);
    expect(Math.abs(projected(values, 0) - mean)).toBeLessThan(1e-3);
    expect(Math.abs(gaps[0]! - variance)).toBeLessThan(1e-5);
    expect(values.slice(0, dModel)).toEqual(values.slice(-dModel));
  });

  it("are learnt once for a task, and are the same bits when they are learnt again", () => {
    const task = tinyTask();
    const hook = "blocks.0.attn.hook_result";
    const first = learnConstants(wasm, task, hook);
    expect(learnConstants(wasm, task, hook)).toBe(first);
    const again = learnConstants(wasm, { ...task }, hook);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });

  it("make an ablation without corrupted inputs", async () => {
    const { corruptedTokens: _, ...task } = tinyTask();
    const distance = await circuitFaithfulness(
      task,
      emptyCircuit,
      { backend: wasm },
      { ablation: "optimal" },
    );
    expect(distance).toBeGreaterThan(0);
  });
});
