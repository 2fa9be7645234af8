import type { Steps } from "../../engine/index.ts";
import {
  type HookName,
  parseHookName,
  type SourceHook,
  sourceHooks,
  type Transformer,
} from "../../transformer/index.ts";
import type { ConstantActivations } from "../means.ts";
import { ended, type MeanValues } from "./ablation.ts";

/** The sublayers of a block that have written when the stream is looked at. */
const WRITTEN: Readonly<Record<string, number>> = {
  hook_resid_pre: 0,
  hook_resid_mid: 1,
  hook_resid_post: 2,
};

/**
 * The sources that have written to the residual stream at one of its hook points; `undefined` for
 * other hook points, and where the stream is a source's own output (the embeddings).
 */
function residualSources({ config }: Transformer, hook: HookName): SourceHook[] | undefined {
  const { layer = 0, hook: place } = parseHookName(config, hook);
  const written = WRITTEN[place];
  const depth = 2 * layer + (written ?? 0);
  return written === undefined || depth === 0 ? undefined : sourceHooks(config).slice(0, depth + 1);
}

/**
 * The residual stream at a hook point when all its sources carry these constants, `[pos, dModel]`:
 * `Σ_u P(u) + Σ b_O` over the sources u and attention layers before it.
 */
function residualOf(
  { config, weights }: Transformer,
  sources: readonly SourceHook[],
  carried: ConstantActivations,
): Float64Array {
  const { dModel, nHeads } = config;
  const total = new Float64Array(carried.get(sources[0]!)!.length);
  for (const hook of sources) {
    const values = carried.get(hook)!;
    const { layer, hook: place } = parseHookName(config, hook);
    if (place !== "attn.hook_result") {
      values.forEach((value, i) => {
        total[i]! += value;
      });
      continue;
    }
    const bias = weights.get(`blocks.${layer}.attn.b_O`)!.data;
    for (let i = 0; i < total.length; i++) {
      const [position, d] = [Math.floor(i / dModel), i % dModel];
      for (let head = 0; head < nHeads; head++) {
        total[i]! += values[(position * nHeads + head) * dModel + d]!;
      }
      total[i]! += bias[d]!;
    }
  }
  return total;
}

/**
 * In steps: what a constant ablation puts at hook points, `[pos, …]` each: at outputs of nodes its own values,
 * at residual streams what sources that carry these would make of them.
 */
export function* constantsAt<Values extends MeanValues>(
  ablation: {
    carry(
      values: Values,
      hooks: readonly HookName[],
    ): ConstantActivations | Steps<ConstantActivations>;
  },
  values: Values,
  hooks: readonly HookName[],
): Steps<ConstantActivations> {
  const { transformer } = values;
  const streams = new Map(
    hooks.flatMap((hook) => {
      const sources = residualSources(transformer, hook);
      return sources === undefined ? [] : [[hook, sources] as const];
    }),
  );
  const outputs = hooks.filter((hook) => !streams.has(hook));
  const places = new Set([...outputs, ...[...streams.values()].flat()]);
  const own = yield* ended(ablation.carry(values, [...places]));
  return new Map([
    ...outputs.map((hook) => [hook, own.get(hook)!] as const),
    ...Array.from(
      streams,
      ([hook, sources]) => [hook, residualOf(transformer, sources, own)] as const,
    ),
  ]);
}
