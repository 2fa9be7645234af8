import { batchSum, compile, mul, sampleInput, sizeOf } from "../engine/index.ts";
import { forward, type HookName, hookShape, usedInputs } from "../transformer/index.ts";
import type { FrozenRuns } from "./capture.ts";
import { largestRun, partsOf, type WeightedRows } from "./rows.ts";

/** Activations at hook points that stand for all inputs, `[pos, …]` each. */
export type ConstantActivations = ReadonlyMap<HookName, Float64Array>;

/**
 * The weighted mean over inputs of the activations at some hook points, per position, made in runs of
 * at most `runSize` of them.
 */
export function meanActivations(
  { backend, model, tokens, positions }: FrozenRuns,
  inputs: WeightedRows,
  hooks: readonly HookName[],
  runSize: number = largestRun(model.config, positions),
): ConstantActivations {
  const { config, tensors, bindings: weightBindings } = model;
  const base = sampleInput("base", [positions]);
  const weight = sampleInput("weight", []);
  const { cache } = forward(config, tensors, base, { capture: hooks });
  const sums = [...cache].map(([hook, x]) => [hook, batchSum(mul(x, weight))] as const);
  const executable = backend.load(compile<string>({ outputs: Object.fromEntries(sums) }));
  const shapeOf = (hook: HookName) => hookShape(config, hook, positions);
  const totals = new Map(hooks.map((hook) => [hook, new Float64Array(sizeOf(shapeOf(hook)))]));
  try {
    for (const { rows, weights } of partsOf(inputs, runSize)) {
      const own = { base: { table: tokens, rows }, weight: weights, ...weightBindings };
      const bindings = usedInputs(executable.program, own);
      const values = executable.run({ batch: rows.length, inputs: bindings });
      for (const [hook, total] of totals) {
        for (const [i, value] of values[hook]!.entries()) total[i]! += value;
      }
    }
  } finally {
    executable.dispose();
  }
  const count = inputs.weights.reduce((a, b) => a + b, 0);
  return new Map([...totals].map(([hook, total]) => [hook, total.map((x) => x / count)]));
}
