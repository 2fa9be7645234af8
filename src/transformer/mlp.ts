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

const mlpKey = (layer: number, name: string): string => `blocks.${layer}.mlp.${name}`;

const ACTIVATION_FUNCTIONS: { readonly [A in Activation]: (x: Operand) => Tensor } = {
  relu,
  gelu,
  gelu_new: geluNew,
};

/**
 * The neurons of one block's MLP: residual stream `[pos, dModel]` → `mlp.hook_post` `[pos, dMlp]`,
 * `act(n·W_in + b_in)` with n the (normalised) residual stream.
 */
export function mlpPost(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  resid: Tensor,
  hooks: HookRun,
): Tensor {
  const weight = (name: string) => weightTensor(config, weights, mlpKey(layer, name));
  const inputName = blockHook(layer, "hook_mlp_in");
  // A node of its own, so that its gradient leaves out the path around the MLP.
  const own = hooks.wants(inputName) || hooks.switchAt(inputName) !== undefined;
  const input = own ? hooks.fire(inputName, mul(resid, 1)) : resid;
  const normalized =
    config.normalization === "LNPre"
      ? layerNormPre(config, input, {
          scale: (x) => hooks.fire(blockHook(layer, "ln2.hook_scale"), x),
          normalized: (x) => hooks.fire(blockHook(layer, "ln2.hook_normalized"), x),
        })
      : input;
  const pre = hooks.fire(
    blockHook(layer, "mlp.hook_pre"),
    add(einsum("pd,dm->pm", normalized, weight("W_in")), weight("b_in")),
  );
  const activated = ACTIVATION_FUNCTIONS[config.actFn](pre);
  return hooks.fire(blockHook(layer, "mlp.hook_post"), activated);
}

/**
 * The MLP of one block: residual stream `[pos, dModel]` → `hook_mlp_out` `[pos, dModel]`,
 * `post·W_out + b_out` with {@link mlpPost}.
 */
export function mlpOut(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  resid: Tensor,
  hooks: HookRun,
): Tensor {
  const weight = (name: string) => weightTensor(config, weights, mlpKey(layer, name));
  const post = mlpPost(config, weights, layer, resid, hooks);
  const out = add(einsum("pm,md->pd", post, weight("W_out")), weight("b_out"));
  return hooks.fire(blockHook(layer, "hook_mlp_out"), out);
}
