import {
  add,
  einsum,
  gelu,
  geluNew,
  mul,
  type Operand,
  relu,
  type Tensor,
} from "../engine/index.ts";
import type { Activation, TransformerConfig } from "./config.ts";
import { blockHook } from "./hook-names.ts";
import type { HookRun } from "./hooks.ts";
import { layerNormPre } from "./normalization.ts";
import { type WeightTensors, weightTensor } from "./tensors.ts";

const ACTIVATION_FUNCTIONS: { readonly [A in Activation]: (x: Operand) => Tensor } = {
  relu,
  gelu,
  gelu_new: geluNew,
};

/**
 * The MLP of one block: residual stream `[pos, dModel]` → `hook_mlp_out` `[pos, dModel]`,
 * `act(n·W_in + b_in)·W_out + b_out` with n the (normalised) residual stream.
 */
export function mlpOut(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  resid: Tensor,
  hooks: HookRun,
): Tensor {
  const weight = (name: string) => weightTensor(config, weights, `blocks.${layer}.mlp.${name}`);
  const inputName = blockHook(layer, "hook_mlp_in");
  // A node of its own, so that its gradient leaves out the path around the MLP.
  const own = hooks.wants(inputName) || hooks.switchAt(inputName) !== undefined;
  const input = own ? hooks.fire(inputName, mul(resid, 1)) : resid;
  const normalized =
    config.normalization === "LNPre"
      ? layerNormPre(input, {
          scale: (x) => hooks.fire(blockHook(layer, "ln2.hook_scale"), x),
          normalized: (x) => hooks.fire(blockHook(layer, "ln2.hook_normalized"), x),
        })
      : input;
  const pre = hooks.fire(
    blockHook(layer, "mlp.hook_pre"),
    add(einsum("pd,dm->pm", normalized, weight("W_in")), weight("b_in")),
  );
  const activated = ACTIVATION_FUNCTIONS[config.actFn](pre);
  const post = hooks.fire(blockHook(layer, "mlp.hook_post"), activated);
  const out = add(einsum("pm,md->pd", post, weight("W_out")), weight("b_out"));
  return hooks.fire(blockHook(layer, "hook_mlp_out"), out);
}
