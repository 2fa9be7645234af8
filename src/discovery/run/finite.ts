import { InterpBenchError } from "../../errors/index.ts";
import {
  type Ablation,
  assertAblation,
  type GraphWeights,
  type Scope,
  type Steps,
} from "../../interventions/index.ts";
import { prepareFiniteCheck } from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";

/**
 * In steps: throws `E_NUMBER`, with the first hook point, row and position, when the clean run of a task, or the
 * corrupted one if the ablation takes values from it, computes something that is not finite: every
 * edge would be judged by it. Throws `E_TASK` as {@link assertAblation}.
 */
export function* assertFiniteTask(
  scope: Scope,
  task: DiscoveryTask,
  weights: GraphWeights,
  ablation: Ablation,
): Steps<void> {
  assertAblation(task, ablation);
  const { transformer, positions, rows } = task;
  const { config } = transformer;
  const check = prepareFiniteCheck({ ...weights, config, positions, load: scope.load });
  const runs = ablation.needsCorrupted ? (["clean", "corrupted"] as const) : (["clean"] as const);
  for (const run of runs) {
    const tokens = Float32Array.from(task[`${run}Tokens`]!);
    yield* check({ tokens, count: rows, nameOf: (row) => `row ${row} of the ${run} inputs` });
  }
}

/** Throws `E_NUMBER` for the first edge, or node, whose effect is not finite. */
export function assertFiniteEffects(
  attributed: readonly { readonly text: string }[],
  effects: Float64Array,
): void {
  for (const [index, { text }] of attributed.entries()) {
    if (Number.isFinite(effects[index])) continue;
    throw new InterpBenchError("E_NUMBER", "an effect is not a finite number", {
      at: text,
      expected: "a finite number",
      received: String(effects[index]),
      hint: "Does a run with ablated edges, or a gradient, overflow float32?",
    });
  }
}
