import { add, concat, einsum, sub, type Tensor } from "../../engine/index.ts";
import {
  type DestinationHook,
  type Forward,
  forwardFrom,
  type Hook,
  type HookName,
  type LogitsAt,
  type ResidualHook,
  type SourceHook,
  type TransformerConfig,
  type WeightTensors,
} from "../../transformer/index.ts";
import { asSources } from "../run/inputs.ts";

/** What the rest of an ablated pass starts from. */
export interface AblatedRest {
  readonly start: ResidualHook;
  /** The residual stream at the start, `[pos, dModel]`. */
  readonly resid: Tensor;
  /** P − Y of the sources before the start, `[source, pos, dModel]` each, in order. */
  readonly differences: readonly Tensor[];
  /** P of the sources behind the start. */
  readonly patches: ReadonlyMap<SourceHook, Tensor>;
  /** The cut edges of destinations behind the start: `[source, head]` or `[source]`. */
  readonly removed: ReadonlyMap<DestinationHook, Tensor>;
  readonly logitsAt: LogitsAt;
}

/**
 * The forward pass from `start` on with cut edges: destination v reads
 * `resid + Σ_u removed(u,v)·(P(u) − Y(u))`, where Y is a source's value in this pass and P its
 * value in the corrupted run.
 *
 * The same function as `factoredForward` of the transformer layer, which begins at the tokens.
 */
export function ablatedRest(
  config: TransformerConfig,
  weights: WeightTensors,
  { start, resid, differences, patches, removed, logitsAt }: AblatedRest,
): Forward {
  let sources = differences;
  let stacked: Tensor | undefined;
  const readers = [...removed].map(([hook, mask]): [HookName, Hook] => [
    hook,
    (input) => {
      stacked ??= concat(sources, 0);
      const spec = mask.shape.length === 1 ? "s,spd->pd" : "sh,spd->phd";
      return add(input, einsum(spec, mask, stacked));
    },
  ]);
  const writers = [...patches].map(([hook, patch]): [HookName, Hook] => [
    hook,
    (own) => {
      sources = [...sources, asSources(sub(patch, own))];
      stacked = undefined;
      return undefined;
    },
  ]);
  const hooks = new Map([...readers, ...writers]);
  return forwardFrom(config, weights, start, resid, { hooks, logitsAt });
}
