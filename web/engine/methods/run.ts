import { assertHookName, type HookName, run } from "../../../src/transformer/index.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelOf } from "./models.ts";

/** Values of a tensor: row-major `data` under `shape`. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface RunInput {
  readonly model: ModelRef;
  /** Token ids `[row, pos]`, BOS included; rows have one length. */
  readonly tokens: readonly (readonly number[])[];
  /** Hook points to keep: `blocks.0.attn.hook_pattern`. Default: none. */
  readonly capture?: readonly string[];
}

export interface RunOutput {
  /** `[row, pos, dVocabOut]`. */
  readonly logits: Numbers;
  /** By hook point, `[row, …]`: patterns are `[row, head, query, key]`. */
  readonly at: Readonly<Record<string, Numbers>>;
}

/** Ordinary runs of a model. */
export async function runModel(
  state: EngineState,
  { model, tokens, capture = [] }: RunInput,
): Promise<RunOutput> {
  const { transformer } = modelOf(state, model);
  const hooks = capture.map((hook): HookName => {
    assertHookName(transformer.config, hook);
    return hook;
  });
  const { logits, cache } = run(transformer, await state.backend(), { tokens, capture: hooks });
  return {
    logits: numbers(logits),
    at: Object.fromEntries(Array.from(cache, ([hook, values]) => [hook, numbers(values)])),
  };
}

export function numbers({
  shape,
  data,
}: {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}): Numbers {
  return { shape, data: Float32Array.from(data) };
}
