import { type Buffer, compile, sampleInput, sizeOf } from "../../engine/index.ts";
import {
  atKeptPositions,
  forward,
  type HookName,
  hookShape,
  keptPositions,
  logitsNeeded,
  usedInputs,
} from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { Scope } from "./scope.ts";
import type { GraphWeights } from "./weights.ts";

/** What an ordinary run computed, in buffers. */
export interface CapturedRun {
  /** `[row, ...hookShape]`. */
  readonly at: ReadonlyMap<HookName, Buffer>;
  /** `[row, keptPos, class]`. */
  readonly logits: Buffer;
}

/**
 * Prepares ordinary runs of the transformer of a task: a function from tokens `[row, pos]` to what
 * passes at `hooks`.
 */
export function prepareCapture(
  scope: Scope,
  task: DiscoveryTask,
  weights: GraphWeights,
  hooks: Iterable<HookName>,
): (tokens: Int32Array) => CapturedRun {
  const { rows, positions } = task;
  const { config } = task.transformer;
  const { logits, cache } = forward(config, weights.tensors, sampleInput("tokens", [positions]), {
    capture: hooks,
    logitsAt: logitsNeeded(task),
  });
  const outputs = { logits: atKeptPositions(task, logits), ...Object.fromEntries(cache) };
  const executable = scope.load(compile<string>({ outputs }));
  const shapes = [...cache.keys()].map(
    (hook) => [hook, hookShape(config, hook, positions)] as const,
  );
  return (tokens) => {
    const at = new Map(shapes.map(([hook, shape]) => [hook, scope.buffer(rows * sizeOf(shape))]));
    const kept = scope.buffer(rows * keptPositions(task).length * config.dVocabOut);
    executable.run({
      batch: rows,
      inputs: usedInputs(executable.program, {
        ...weights.bindings,
        tokens: Float32Array.from(tokens),
      }),
      into: { ...Object.fromEntries(at), logits: kept },
    });
    return { at, logits: kept };
  };
}
