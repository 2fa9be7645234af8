import { describe, expect, it } from "vitest";
import { emptyCircuit } from "../../circuit/index.ts";
import {
  naiveAblated,
  type PairedTask,
  TINY_TASKS,
  tinyTask,
} from "../../discovery/fixtures.testing.ts";
import { circuitFaithfulness, measureNodes } from "../../discovery/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import { run, type SourceHook, sourceHooks } from "../../transformer/index.ts";
import { given, learnConstants } from "../index.ts";

const wasm = await wasmBackend();

/** The distances with each head and MLP ablated alone, in the order of the sources. */
const gapsOf = (task: PairedTask, on: Backend) =>
  sourceHooks(task.transformer.config)
    .slice(1)
    .flatMap((hook) => [...learnConstants(on, task, hook).gaps]);

describe("optimal constants", () => {
  it.each(Object.entries(TINY_TASKS))(
    "cost no more than means, or zero, behind BOS: %s",
    async (_, task) => {
      const gaps = gapsOf(task, wasm);
      const context = { backend: wasm };
      const hooks = sourceHooks(task.transformer.config);
      const positional = naiveAblated(task, referenceBackend(), "meanPositional", hooks);
      const { rows, positions } = task;
      /** Constants behind BOS, which has its mean. */
      const behindBos = (of: (means: Float64Array, i: number, width: number) => number) =>
        given(
          new Map(
            hooks.map((hook) => {
              const all = positional.get(hook)!;
              const means = all.slice(0, all.length / rows);
              const width = means.length / positions;
              return [
                hook,
                means.map((mean, i) => (i < width ? mean : of(means, i % width, width))),
              ];
            }),
          ),
        );
      const meanOf = (means: Float64Array, i: number, width: number) => {
        let total = 0;
        for (let at = width + i; at < means.length; at += width) total += means[at]!;
        return total / (positions - 1);
      };
      const others = await Promise.all(
        [behindBos(meanOf), behindBos(() => 0), "optimal"].map((one) =>
          measureNodes(task, "faithfulness", context, one),
        ),
      );
      const [means, zeros, own] = others as [Float64Array, Float64Array, Float64Array];
      gaps.forEach((gap, i) => {
        expect(gap).toBeLessThanOrEqual(Math.min(means[i]!, zeros[i]!) + 1e-6);
        expect(Math.abs(gap - own[i]!)).toBeLessThan(1e-6 + 1e-4 * gap);
      });
      expect(gaps.some((gap, i) => gap < 0.95 * means[i]!)).toBe(true);
    },
  );

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
    const last = (positions - 1) * dModel;
    expect(Math.abs(projected(values, last) - mean)).toBeLessThan(1e-3);
    expect(Math.abs(gaps[0]! - variance)).toBeLessThan(1e-5);
    expect(values.slice(dModel, 2 * dModel)).toEqual(values.slice(last));
    const atFirst = (d: number) =>
      tokens.reduce((sum, _, r) => sum + data[r * positions * dModel + d]!, 0) / rows;
    for (let d = 0; d < dModel; d++) expect(values[d]!).toBeCloseTo(atFirst(d), 5);
  });

  it("leave BOS as it is where all inputs begin with it and attention is causal", () => {
    const task = tinyTask({}, { outputPositions: [0] });
    const cleanTokens = task.cleanTokens.map((id, i) => (i % task.positions === 0 ? 0 : id));
    for (const gap of gapsOf({ ...task, cleanTokens }, wasm)) expect(gap).toBeLessThan(1e-7);
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
