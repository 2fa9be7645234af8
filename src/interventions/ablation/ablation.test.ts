import { describe, expect, it } from "vitest";
import { naiveAblated, TINY_TASKS, tinyTask } from "../../discovery/fixtures.testing.ts";
import { type Binding, referenceBackend, runSteps, type SampleRows } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { blockHook, type HookName, sourceHooks } from "../../transformer/index.ts";
import {
  type Ablation,
  allAblations,
  freezeWeights,
  getAblation,
  given,
  mean,
  type PairedInputs,
  prepareInputRuns,
  type RunAblation,
  resample,
  withScope,
  zero,
} from "../index.ts";

const backend = referenceBackend();
const tasks = Object.entries(TINY_TASKS);

/** The values `[row, pos, …]` that hook points carry under an ablation. */
function carried(
  inputs: PairedInputs,
  ablation: Ablation,
  hooks: readonly HookName[],
): Promise<ReadonlyMap<HookName, number[]>> {
  return withScope(backend, (scope) => {
    const weights = freezeWeights(scope, inputs.transformer);
    const runs = prepareInputRuns(scope, inputs, weights, hooks);
    const values = runSteps(runs.ablated(ablation, hooks));
    return new Map([...values].map(([hook, binding]) => [hook, valuesOf(binding)]));
  });
}

function valuesOf(binding: Binding): number[] {
  if (!("table" in binding)) return [...("read" in binding ? binding.read() : binding)];
  const { table, rows } = binding as SampleRows;
  const all = "read" in table ? table.read() : table;
  const width = all.length / (1 + Math.max(...rows));
  return Array.from(rows).flatMap((row) => [...all.slice(row * width, (row + 1) * width)]);
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

const errorOf = async (action: () => unknown): Promise<string> => {
  try {
    await action();
  } catch (error) {
    return formatError(error);
  }
  return "accepted";
};

describe("an ablated place", () => {
  it.each(tasks)("carries what plain loops say, whatever the ablation: %s", async (_, task) => {
    const { config } = task.transformer;
    const hooks: HookName[] = [...sourceHooks(config), blockHook(0, "attn.hook_q")];
    for (const { name, kind } of allAblations()) {
      if (kind === "learnt") continue;
      const found = await carried(task, getAblation(name), hooks);
      const expected = naiveAblated(task, backend, name as "zero", hooks);
      for (const hook of hooks) {
        expect(found.get(hook)!.length).toBe(expected.get(hook)!.length);
        expect(largestGap(found.get(hook)!, expected.get(hook)!)).toBeLessThan(1e-13);
      }
    }
  });

  it.each(tasks)("makes the residual stream of its sources: %s", async (_, task) => {
    const { config } = task.transformer;
    const last = config.nLayers - 1;
    const hooks = [
      blockHook(0, "hook_resid_pre"),
      blockHook(0, "hook_resid_mid"),
      blockHook(last, "hook_resid_pre"),
      blockHook(last, "hook_resid_post"),
    ] as const;
    // A run's stream is that of the run, and the mean of a sum is the sum of the means.
    for (const name of ["resample", "mean", "meanPositional"] as const) {
      const found = await carried(task, getAblation(name), hooks);
      const expected = naiveAblated(task, backend, name, hooks);
      for (const hook of hooks) {
        expect(largestGap(found.get(hook)!, expected.get(hook)!)).toBeLessThan(1e-13);
      }
    }
  });

  it("leaves the biases of attention layers in a stream of zeros", async () => {
    const { transformer, ...task } = tinyTask();
    const hooks = [blockHook(0, "hook_resid_mid"), blockHook(1, "hook_resid_post")] as const;
    const found = await carried({ transformer, ...task }, zero, hooks);
    const bias = (block: number) => transformer.weights.get(`blocks.${block}.attn.b_O`)!.data;
    const { dModel } = transformer.config;
    const sum = Array.from(bias(0), (x, d) => x + bias(1)[d]!);
    expect(largestGap(found.get(hooks[0])!.slice(0, dModel), bias(0))).toBeLessThan(1e-15);
    expect(largestGap(found.get(hooks[1])!.slice(-dModel), sum)).toBeLessThan(1e-15);
    expect(Math.max(...sum.map(Math.abs))).toBeGreaterThan(0);
  });

  it("carries values of one's own", async () => {
    const task = tinyTask();
    const hook = "blocks.1.hook_mlp_out";
    const size = task.positions * task.transformer.config.dModel;
    const values = Float64Array.from({ length: size }, (_, i) => i);
    const found = await carried(task, given(new Map([[hook, values]])), [hook]);
    expect(found.get(hook)).toEqual(Array.from({ length: task.rows }, () => [...values]).flat());
    const short = given(new Map([[hook, values.slice(1)]]));
    expect(await errorOf(() => carried(task, short, [hook]))).toBe(
      `E_ABLATION: the values given for a hook point do not fit (at ${hook}) — expected ${size} finite numbers, [${task.positions}, ${task.transformer.config.dModel}] — received ${size - 1} numbers`,
    );
    const broken = given(new Map([[hook, values.fill(Number.NaN, 0, 1)]]));
    expect(await errorOf(() => carried(task, broken, [hook]))).toContain(
      "received NaN or infinity",
    );
    expect(await errorOf(() => carried(task, short, ["blocks.0.hook_mlp_out"]))).toContain(
      'E_ABLATION: no given value for the hook point "blocks.0.hook_mlp_out". Did you mean "blocks.1.hook_mlp_out"?',
    );
  });

  it("needs corrupted inputs only where it carries something of them", async () => {
    const { corruptedTokens: _, ...clean } = tinyTask();
    const hooks = sourceHooks(clean.transformer.config);
    expect(await errorOf(() => carried(clean, resample, hooks))).toBe(
      'E_TASK: there is nothing to compare the inputs with (at corruptedTokens) — expected a corrupted input for each clean one, which the ablation "resample" needs — received nothing. In a file of prompts they are the key "corrupted". The ablations zero, mean, meanPositional, optimal need none.',
    );
    expect((await carried(clean, mean, hooks)).size).toBe(hooks.length);
  });

  it("may carry anything that the runs of its inputs give", async () => {
    const { corruptedTokens: _, ...task } = tinyTask();
    const { rows, positions, cleanTokens, transformer } = task;
    const rotated = Uint32Array.from({ length: rows }, (_, row) => (row + 1) % rows);
    const nextRow: RunAblation = {
      name: "nextRow",
      summary: "its output on the next input",
      needsCorrupted: false,
      kind: "run",
      carry: ({ at }, hook) => ({ table: at("clean", hook), rows: rotated }),
    };
    const hooks: HookName[] = [...sourceHooks(transformer.config), blockHook(1, "hook_resid_mid")];
    const found = await carried(task, nextRow, hooks);
    const corruptedTokens = Int32Array.from(
      [...rotated].flatMap((row) => [
        ...cleanTokens.subarray(row * positions, (row + 1) * positions),
      ]),
    );
    const expected = await carried({ ...task, corruptedTokens }, resample, hooks);
    expect(found).toEqual(expected);
  });

  it("has an ablation that is known", () => {
    expect(() => getAblation("means")).toThrow('no ablation "means"');
    expect(getAblation("meanPositional").name).toBe("meanPositional");
    expect(getAblation(zero)).toBe(zero);
  });
});
