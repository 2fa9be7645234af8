import { add, einsum, embed, formatShape, mul, slice, type Tensor, tanh } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { attentionOut } from "./attention.ts";
import type { TransformerConfig } from "./config.ts";
import { blockHook, type HookName, parseHookName } from "./hook-names.ts";
import { type HookOptions, type HookRun, NO_HOOKS, recordHooks } from "./hooks.ts";
import { mlpOut } from "./mlp.ts";
import { layerNormPre } from "./normalization.ts";
import { type WeightTensors, weightTensor } from "./tensors.ts";

/** What a forward pass is to do besides computing logits. */
export interface ForwardOptions extends HookOptions {
  /** Positions that get logits: every one, or the last alone. Default `"all"`. */
  readonly logitsAt?: LogitsAt;
}

/** A forward pass as graph. */
export interface Forward {
  /** `[pos, dVocabOut]`; `[1, dVocabOut]` with `logitsAt: "last"`. */
  readonly logits: Tensor;
  /** The captured tensors, per sample, without batch axis, in the order asked for. */
  readonly cache: ReadonlyMap<HookName, Tensor>;
}

/** Points of the residual stream where a forward pass can start. */
export type ResidualHook =
  `blocks.${number}.${"hook_resid_pre" | "hook_resid_mid" | "hook_resid_post"}`;

/**
 * Token ids `[pos]` → residual stream `[pos, dModel]`: `W_E[token] + W_pos[position]`.
 * Throws `E_SHAPE` when `tokens` is not one row of 1 to `nCtx` ids.
 */
export function embedTokens(
  config: TransformerConfig,
  weights: WeightTensors,
  tokens: Tensor,
  hooks: HookRun = NO_HOOKS,
): Tensor {
  const [positions = 0] = tokens.shape;
  if (tokens.shape.length !== 1 || positions < 1 || positions > config.nCtx) {
    throw new InterpBenchError("E_SHAPE", "the tokens are one sequence that fits the context", {
      expected: `[pos] with 1 ≤ pos ≤ ${config.nCtx}`,
      received: formatShape(tokens.shape),
    });
  }
  const token = embed(weightTensor(config, weights, "embed.W_E"), tokens);
  const W_pos = weightTensor(config, weights, "pos_embed.W_pos");
  const position = slice(W_pos, 0, 0, positions);
  return add(hooks.fire("hook_embed", token), hooks.fire("hook_pos_embed", position));
}

/** First half of a block: `hook_resid_pre` → `hook_resid_mid`, both `[pos, dModel]`. */
export function attentionSublayer(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  residPre: Tensor,
  hooks: HookRun = NO_HOOKS,
): Tensor {
  const out = attentionOut(config, weights, layer, residPre, hooks);
  return hooks.fire(blockHook(layer, "hook_resid_mid"), add(residPre, out));
}

/** Second half of a block: `hook_resid_mid` → `hook_resid_post`, both `[pos, dModel]`. */
export function mlpSublayer(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  residMid: Tensor,
  hooks: HookRun = NO_HOOKS,
): Tensor {
  const out = mlpOut(config, weights, layer, residMid, hooks);
  return hooks.fire(blockHook(layer, "hook_resid_post"), add(residMid, out));
}

/** One block: the residual stream before it → after it, both `[pos, dModel]`. */
export function block(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  resid: Tensor,
  hooks: HookRun = NO_HOOKS,
): Tensor {
  const residPre = hooks.fire(blockHook(layer, "hook_resid_pre"), resid);
  const residMid = attentionSublayer(config, weights, layer, residPre, hooks);
  return mlpSublayer(config, weights, layer, residMid, hooks);
}

/** Positions that get logits: every one, or the last alone. */
export type LogitsAt = "all" | "last";

/**
 * Residual stream `[pos, dModel]` → logits `[pos, dVocabOut]`, or `[1, dVocabOut]` of the last
 * position; with `LNPre` the stream is normalised first, with a soft cap c logits y become c·tanh(y/c).
 */
export function unembed(
  config: TransformerConfig,
  weights: WeightTensors,
  resid: Tensor,
  logitsAt: LogitsAt = "all",
  hooks: HookRun = NO_HOOKS,
): Tensor {
  const positions = resid.shape[0]!;
  const normalized =
    config.normalization === "LNPre"
      ? layerNormPre(config, resid, {
          scale: (x) => hooks.fire("ln_final.hook_scale", x),
          normalized: (x) => hooks.fire("ln_final.hook_normalized", x),
        })
      : resid;
  const final = logitsAt === "last" ? slice(normalized, 0, positions - 1, positions) : normalized;
  const W_U = weightTensor(config, weights, "unembed.W_U");
  const logits = add(einsum("pd,dv->pv", final, W_U), weightTensor(config, weights, "unembed.b_U"));
  const cap = config.outputLogitsSoftCap;
  return cap === undefined ? logits : mul(tanh(mul(logits, 1 / cap)), cap);
}

/** The blocks from `layer` on, then the logits. */
function finish(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  resid: Tensor,
  logitsAt: LogitsAt | undefined,
  hooks: HookRun,
): Tensor {
  let stream = resid;
  for (let l = layer; l < config.nLayers; l++) stream = block(config, weights, l, stream, hooks);
  return unembed(config, weights, stream, logitsAt, hooks);
}

/**
 * The forward pass as a graph for one sequence: token ids `[pos]` → logits `[pos, dVocabOut]`.
 *
 * Every hook point of {@link hookNames} fires in that order; what nobody hooks costs nothing.
 * A captured tensor lies on the path of the computation, so `gradients(loss, [captured])` is the
 * gradient at that hook point. Throws `E_HOOK` for unknown names and for replacements of another
 * shape, `E_WEIGHTS` for missing weights, `E_SHAPE` for tokens that do not fit.
 */
export function forward(
  config: TransformerConfig,
  weights: WeightTensors,
  tokens: Tensor,
  options: ForwardOptions = {},
): Forward {
  const hooks = recordHooks(config, options);
  const resid = embedTokens(config, weights, tokens, hooks);
  const logits = finish(config, weights, 0, resid, options.logitsAt, hooks);
  return { logits, cache: hooks.finish() };
}

/**
 * The attention of one block alone: `hook_resid_pre [pos, dModel]` → `hook_attn_out [pos, dModel]`, and
 * what is captured on the way. Reads the weights of that attention only. Throws as {@link forward}; points
 * outside of the attention never fire.
 */
export function attentionFrom(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  residPre: Tensor,
  options: HookOptions = {},
): Omit<Forward, "logits"> & { readonly out: Tensor } {
  const hooks = recordHooks(config, options);
  const out = attentionOut(config, weights, layer, residPre, hooks);
  return { out, cache: hooks.finish() };
}

/**
 * The rest of a forward pass from a residual stream on: `resid [pos, dModel]` stands for the tensor
 * at hook point `start`, which still fires. For patched passes that share their beginning with an
 * earlier one. Throws as {@link forward}; points before `start` never fire.
 */
export function forwardFrom(
  config: TransformerConfig,
  weights: WeightTensors,
  start: ResidualHook,
  resid: Tensor,
  options: ForwardOptions = {},
): Forward {
  const { layer, hook } = parseHookName(config, start);
  const [positions = 0, width] = resid.shape;
  if (resid.shape.length !== 2 || width !== config.dModel || positions < 1) {
    throw new InterpBenchError("E_SHAPE", "the residual stream has the wrong shape", {
      at: start,
      expected: `[pos, ${config.dModel}]`,
      received: formatShape(resid.shape),
    });
  }
  const hooks = recordHooks(config, options);
  const rest = (next: number, stream: Tensor) =>
    finish(config, weights, next, stream, options.logitsAt, hooks);
  const continueFrom = (): Tensor => {
    if (hook === "hook_resid_pre") return rest(layer!, resid);
    const stream = hooks.fire(start, resid);
    if (hook === "hook_resid_post") return rest(layer! + 1, stream);
    return rest(layer! + 1, mlpSublayer(config, weights, layer!, stream, hooks));
  };
  const logits = continueFrom();
  return { logits, cache: hooks.finish() };
}
