import { batchSum, compile, mul, type Tensor } from "../../engine/index.ts";
import {
  freezeWeights,
  ROW_WEIGHT,
  rowWeights,
  type Scope,
  type Steps,
  sampleInputs,
  withScope,
  zero,
} from "../../interventions/index.ts";
import { forward, type HookName, usedInputs } from "../../transformer/index.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
import { assertFiniteTask } from "../run/finite.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** What passes at a hook point in the clean run of one row. */
export type CleanRun = (hook: HookName) => Tensor;

/**
 * Means over the rows, as often as each was drawn, of what `measure` makes of the clean run of one: a
 * single forward pass, which computes no logits.
 *
 * Throws `E_NUMBER` where the run is not finite.
 */
export async function measureCleanRun(
  task: DiscoveryTask,
  context: DiscoveryContext,
  hooks: Iterable<HookName>,
  measure: (at: CleanRun) => ReadonlyMap<string, Tensor>,
): Promise<ReadonlyMap<string, Float64Array>> {
  return withScope(context.backend, (scope) =>
    inTurns(cleanRunSteps(scope, task, hooks, measure), context),
  );
}

function* cleanRunSteps(
  scope: Scope,
  task: DiscoveryTask,
  hooks: Iterable<HookName>,
  measure: (at: CleanRun) => ReadonlyMap<string, Tensor>,
): Steps<ReadonlyMap<string, Float64Array>> {
  const { transformer, positions, rows, cleanTokens } = task;
  const weights = freezeWeights(scope, transformer);
  yield* assertFiniteTask(scope, task, weights, zero);
  const input = sampleInputs();
  const tokens = input("tokens", [positions]);
  const { cache } = forward(transformer.config, weights.tensors, tokens, { capture: hooks });
  const weight = input(ROW_WEIGHT, []);
  const measured = [...measure((hook) => cache.get(hook)!)].map(
    ([name, ofRow]) => [name, batchSum(mul(ofRow, weight))] as const,
  );
  const executable = scope.load(compile<string>({ outputs: Object.fromEntries(measured) }));
  const results = yield* executable.runInSteps({
    batch: rows,
    inputs: usedInputs(executable.program, {
      ...weights.bindings,
      [ROW_WEIGHT]: rowWeights(task),
      tokens: Float32Array.from(cleanTokens),
    }),
  });
  return new Map(measured.map(([name]) => [name, Float64Array.from(results[name]!)]));
}
