import { batchSum, mul, type Steps, sampleInput, sizeOf } from "../engine/index.ts";
import { type HookName, hookShape } from "../transformer/index.ts";
import type { FrozenRuns } from "./capture.ts";
import { loadReadings } from "./readings.ts";
import { largestRun, partsOf, type WeightedRows } from "./rows.ts";

/** Activations at hook points that stand for all inputs, `[pos, …]` each. */
export type ConstantActivations = ReadonlyMap<HookName, Float64Array>;

/**
 * In steps: the weighted mean over inputs of the activations at some hook points, per position, made in runs of
 * at most `runSize` of them.
 */
export function* meanActivations(
  runs: FrozenRuns,
  inputs: WeightedRows,
  hooks: readonly HookName[],
  runSize: number = largestRun(runs.model.config, runs.positions),
): Steps<ConstantActivations> {
  const { model, positions } = runs;
  const weight = sampleInput("weight", []);
  const sums = loadReadings<string>({
    ...runs,
    capture: hooks,
    read: ({ cache }) =>
      Object.fromEntries([...cache].map(([hook, x]) => [hook, batchSum(mul(x, weight))])),
  });
  const sizeAt = (hook: HookName) => sizeOf(hookShape(model.config, hook, positions));
  const totals = new Map(hooks.map((hook) => [hook, new Float64Array(sizeAt(hook))]));
  try {
    for (const { rows, weights } of partsOf(inputs, runSize)) {
      const [values] = yield* runs.backend.runInSteps([sums.prepare(rows, { weight: weights })]);
      for (const [hook, total] of totals) {
        for (const [i, value] of values[hook]!.entries()) total[i]! += value;
      }
    }
  } finally {
    sums.dispose();
  }
  const count = inputs.weights.reduce((a, b) => a + b, 0);
  return new Map([...totals].map(([hook, total]) => [hook, total.map((x) => x / count)]));
}
