import { add, einsum, mul, reshape, stopGradient, sub, type Tensor } from "../engine/index.ts";
import type { TransformerConfig } from "./config.ts";
import { blockHook, type HookName, headAxis, parseHookName } from "./hook-names.ts";
import { type Hook, NO_HOOKS } from "./hooks.ts";
import { mlpPost } from "./mlp.ts";
import { blend } from "./patch.ts";
import { type WeightTensors, weightTensor } from "./tensors.ts";

/**
 * The hook point that, with the weights, decides the values of the nodes at a hook point: heads'
 * `attn.hook_result` are computed from `attn.hook_z`, an MLP's `mlp.hook_post` from
 * `hook_resid_mid`. A run's values there say the same in fewer numbers.
 */
export function interchangePoint(config: TransformerConfig, hook: HookName): HookName {
  const { layer } = parseHookName(config, hook);
  return blockHook(layer!, headAxis(hook) === undefined ? "hook_resid_mid" : "attn.hook_z");
}

/** The other run's part in an interchange. */
export interface Interchange {
  /** One of `nodeHooks`: which nodes are exchanged. */
  readonly hook: HookName;
  /**
   * The other run's value at {@link interchangePoint}: `[pos, head, dHead]` for heads,
   * `[pos, dModel]` for an MLP.
   */
  readonly source: Tensor;
  /** 1 where nodes are taken from the other run, else 0: `[head]`, or `[]` for an MLP; or always. */
  readonly on: Tensor | "always";
}

/**
 * For `W_O [head, dHead, dModel]`: `hook_z [pos, head, dHead]` without the exchanged heads, and
 * `hook_attn_out [pos, dModel]` with what they write in the other run.
 */
function interchangeHeads(
  W_O: Tensor,
  layer: number,
  source: Tensor,
  on: Interchange["on"],
): [HookName, Hook][] {
  const heads = W_O.shape[0]!;
  const perHead = on === "always" ? 1 : reshape(on, [heads, 1]);
  const written = einsum("phe,hed->pd", mul(source, perHead), W_O);
  return [
    [blockHook(layer, "attn.hook_z"), (z) => mul(z, sub(1, perHead))],
    [blockHook(layer, "hook_attn_out"), (out) => add(out, stopGradient(written))],
  ];
}

/**
 * Hooks that take nodes from another run on the same weights: the numbers of a `Switch` at the same
 * point with the other run's values. These are constants of the interchange, for which they are
 * computed anew: no gradient reaches the weights through them.
 */
export function interchangeHooks(
  config: TransformerConfig,
  weights: WeightTensors,
  { hook, source, on }: Interchange,
): [HookName, Hook][] {
  const layer = parseHookName(config, hook).layer!;
  if (headAxis(hook) !== undefined) {
    const W_O = weightTensor(config, weights, `blocks.${layer}.attn.W_O`);
    return interchangeHeads(W_O, layer, source, on);
  }
  const post = stopGradient(mlpPost(config, weights, layer, source, NO_HOOKS));
  return [[hook, (own) => (on === "always" ? post : blend(own, post, on))]];
}
