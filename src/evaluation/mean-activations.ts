import { batchSum, compile, mul, sampleInput, sizeOf } from "../engine/index.ts";
import { hooksOf, lowLevelNodes } from "../training/index.ts";
import { forward, type HookName, hookShape } from "../transformer/index.ts";
import { partsOf, type WeightedRows } from "./inputs.ts";
import type { Subject } from "./subject.ts";

/** Activations at hook points that stand for all inputs, `[pos, …]` each. */
export type ConstantActivations = ReadonlyMap<HookName, Float64Array>;

/** The weighted mean over inputs of the activations at some hook points, per position. */
export function meanActivations(
  subject: Subject,
  inputs: WeightedRows,
  hooks: readonly HookName[] = hooksOf(lowLevelNodes(subject.model.config)),
): ConstantActivations {
  const { model, task, backend, tensors, tokens } = subject;
  const base = sampleInput("base", [task.positions]);
  const weight = sampleInput("weight", []);
  const { cache } = forward(model.config, tensors, base, { capture: hooks });
  const sums = [...cache].map(([hook, x]) => [hook, batchSum(mul(x, weight))] as const);
  const executable = backend.load(compile({ outputs: Object.fromEntries(sums) }));
  const shapeOf = (hook: HookName) => hookShape(model.config, hook, task.positions);
  const totals = new Map(hooks.map((hook) => [hook, new Float64Array(sizeOf(shapeOf(hook)))]));
  for (const { rows, weights } of partsOf(inputs, subject.runSize)) {
    const bindings = { base: { table: tokens, rows }, weight: weights };
    const values = executable.run({ batch: rows.length, inputs: bindings });
    for (const [hook, total] of totals) {
      for (const [i, value] of values[hook]!.entries()) total[i]! += value;
    }
  }
  executable.dispose();
  const count = inputs.weights.reduce((a, b) => a + b, 0);
  return new Map([...totals].map(([hook, total]) => [hook, total.map((x) => x / count)]));
}
