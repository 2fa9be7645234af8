import type { Backend } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import {
  type Ablation,
  assertAblation,
  type GraphWeights,
  type InputRuns,
  type Scope,
  type Steps,
} from "../../interventions/index.ts";
import {
  areFinite,
  type FiniteCheck,
  prepareFiniteCheck,
  type Transformer,
} from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** Tokens, and how many a row has, on which a transformer computes what is finite on a backend: none of them changes. */
const found = new WeakMap<Backend, WeakMap<Transformer, WeakMap<Int32Array, number>>>();

function finiteTokens(backend: Backend, transformer: Transformer): WeakMap<Int32Array, number> {
  const ofBackend = found.get(backend) ?? new WeakMap<Transformer, WeakMap<Int32Array, number>>();
  const tokens = ofBackend.get(transformer) ?? new WeakMap<Int32Array, number>();
  found.set(backend, ofBackend.set(transformer, tokens));
  return tokens;
}

/**
 * In steps: throws `E_NUMBER`, with the first hook point, row and position, when the clean run of a task, or the
 * corrupted one if the ablation takes values from it, computes something that is not finite: every
 * edge would be judged by it. The same runs on the same backend are made once. Throws `E_TASK` as
 * {@link assertAblation}.
 *
 * @param known runs on the task's inputs, if somebody needs them besides
 */
export function* assertFiniteTask(
  scope: Scope,
  task: DiscoveryTask,
  weights: GraphWeights,
  ablation: Ablation,
  known?: InputRuns,
): Steps<void> {
  assertAblation(task, ablation);
  const { transformer, positions, rows } = task;
  const { config } = transformer;
  const finite = finiteTokens(scope.backend, transformer);
  const sides = ablation.needsCorrupted ? (["clean", "corrupted"] as const) : (["clean"] as const);
  let check: FiniteCheck | undefined;
  for (const side of sides) {
    const table = task[`${side}Tokens`]!;
    if (finite.get(table) === positions) continue;
    const { sums } = known === undefined ? {} : yield* known[side]();
    if (sums === undefined || !areFinite(sums)) {
      check ??= prepareFiniteCheck({ ...weights, config, positions, load: scope.load });
      const tokens = new Float32Array(table);
      yield* check({ tokens, count: rows, nameOf: (row) => `row ${row} of the ${side} inputs` });
    }
    finite.set(table, positions);
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
