import {
  add,
  broadcastTo,
  constant,
  einsum,
  expandDims,
  index,
  mul,
  reshape,
  softmax,
  stack,
  sub,
  sum,
  type Tensor,
  tanh,
  where,
} from "../engine/index.ts";
import { attentionScale, type TransformerConfig } from "./config.ts";
import { blockHook, type HookName, hookShape } from "./hook-names.ts";
import type { HookRun } from "./hooks.ts";
import { layerNormPre } from "./normalization.ts";
import { assertSwitch, type Switch } from "./patch.ts";
import { type WeightTensors, weightTensor } from "./tensors.ts";

/** The lower triangle with its diagonal, `[query, key]`: 1 where a query may look. */
function causalMask(positions: number): Tensor {
  const values = Array.from({ length: positions * positions }, (_, i) =>
    i % positions <= Math.floor(i / positions) ? 1 : 0,
  );
  return constant(values, [positions, positions]);
}

/** What q, k and v read: `[pos, dModel]` for all heads, or `[pos, head, dModel]`. */
type SublayerInputs = Record<"q" | "k" | "v", Tensor>;

const INPUTS = ["q", "k", "v"] as const;

/**
 * The residual stream `[pos, dModel]` as q, k and v read it: one for all heads, or one for each. With
 * inputs of their own and hooks at the normalisation, all three have one for each head and are normalised
 * together, `[pos, qkv, head, dModel]`.
 */
function sublayerInputs(
  config: TransformerConfig,
  layer: number,
  resid: Tensor,
  hooks: HookRun,
): SublayerInputs {
  const [positions, dModel] = [resid.shape[0]!, config.dModel];
  const isOwn = (name: HookName) => hooks.wants(name) || hooks.switchAt(name) !== undefined;
  const nameOf = (which: "q" | "k" | "v") => blockHook(layer, `hook_${which}_input`);
  const copies = () => broadcastTo(expandDims(resid, 1), [positions, config.nHeads, dModel]);
  const normalize =
    config.normalization === "LNPre"
      ? (x: Tensor) =>
          layerNormPre(config, x, {
            scale: (scale) => hooks.fire(blockHook(layer, "ln1.hook_scale"), scale),
            normalized: (normal) => hooks.fire(blockHook(layer, "ln1.hook_normalized"), normal),
          })
      : undefined;
  const isHooked =
    isOwn(blockHook(layer, "ln1.hook_scale")) || isOwn(blockHook(layer, "ln1.hook_normalized"));
  if (normalize !== undefined && isHooked && INPUTS.some((which) => isOwn(nameOf(which)))) {
    const [q, k, v] = INPUTS.map((which) => hooks.fire(nameOf(which), copies()));
    const normal = normalize(stack([q!, k!, v!], 1));
    return { q: index(normal, 1, 0), k: index(normal, 1, 1), v: index(normal, 1, 2) };
  }
  let shared: Tensor | undefined;
  const inputOf = (which: "q" | "k" | "v"): Tensor => {
    if (isOwn(nameOf(which))) {
      const input = hooks.fire(nameOf(which), copies());
      return normalize === undefined ? input : layerNormPre(config, input);
    }
    shared ??= normalize?.(resid) ?? resid;
    return shared;
  };
  return { q: inputOf("q"), k: inputOf("k"), v: inputOf("v") };
}

/**
 * What the heads write, `[pos, dModel]`, with some heads' `hook_result` taken from another run:
 * `Σ_h (1 − on[h])·z[h]·W_O[h] + on[h]·source[h]`, without making `[pos, head, dModel]`.
 */
function switchedSum(z: Tensor, W_O: Tensor, { on, source }: Switch): Tensor {
  const heads = z.shape[1]!;
  const perHead = on.shape.length === 0 ? broadcastTo(on, [heads]) : on;
  const own = mul(z, reshape(sub(1, perHead), [heads, 1]));
  return add(einsum("phe,hed->pd", own, W_O), einsum("phd,h->pd", source, perHead));
}

/**
 * What heads make of inputs that are normalised, if at all: `x·W + b`, `[pos, head, dHead]` of
 * `[pos, dModel]`, or of one input for each head, `[pos, head, dModel]`.
 */
function projected(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  which: "q" | "k" | "v",
  x: Tensor,
): Tensor {
  const weight = (name: string) => weightTensor(config, weights, `blocks.${layer}.attn.${name}`);
  const suffix = which.toUpperCase();
  const spec = x.shape.length === 3 ? "phd,hde->phe" : "pd,hde->phe";
  return add(einsum(spec, x, weight(`W_${suffix}`)), weight(`b_${suffix}`));
}

/**
 * The queries, keys or values that heads make of what they read, `[pos, head, dModel]` as at
 * `hook_q_input`: `[pos, head, dHead]`.
 */
export function headsOfInputs(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  which: "q" | "k" | "v",
  inputs: Tensor,
): Tensor {
  const x = config.normalization === "LNPre" ? layerNormPre(config, inputs) : inputs;
  return projected(config, weights, layer, which, x);
}

/**
 * Attention scores before the mask, of the products q·k: divided by the scale of the layer, and capped.
 * Shape and axes stay.
 */
export function attentionScores(
  config: TransformerConfig,
  layer: number,
  products: Tensor,
): Tensor {
  const scale = 1 / attentionScale(config, layer);
  const cap = config.attnScoresSoftCap;
  return cap === undefined ? mul(products, scale) : mul(tanh(mul(products, scale / cap)), cap);
}

/**
 * `softmax(products / attnScale)` over the allowed keys, `[head, query, key]`, from the products
 * q·k; with a soft cap c the scaled products s become c·tanh(s/c) first.
 * `hook_attn_scores` (scaled, −∞ where a query may not look) is made only when somebody wants it.
 */
function attentionPattern(
  config: TransformerConfig,
  layer: number,
  products: Tensor,
  hooks: HookRun,
): Tensor {
  const scoresName = blockHook(layer, "attn.hook_attn_scores");
  const scale = 1 / attentionScale(config, layer);
  const cap = config.attnScoresSoftCap;
  const causal = config.attentionDir === "causal";
  if (!hooks.wants(scoresName) && hooks.switchAt(scoresName) === undefined) {
    return cap === undefined
      ? softmax(products, { scale, causal })
      : softmax(tanh(mul(products, scale / cap)), { scale: cap, causal });
  }
  const scaled = attentionScores(config, layer, products);
  const positions = products.shape.at(-1)!;
  const masked = causal ? where(causalMask(positions), scaled, Number.NEGATIVE_INFINITY) : scaled;
  return softmax(hooks.fire(scoresName, masked));
}

/**
 * Attention of one block: residual stream `[pos, dModel]` → `hook_attn_out` `[pos, dModel]`.
 *
 * `q, k, v = n·W + b`, `pattern = softmax(q·k / attnScale)` over the allowed keys,
 * `z = pattern·v`, `attn_out = Σ_h z[h]·W_O[h] + b_O`, with n the (normalised) residual stream.
 * The per-head inputs and `hook_result` are made only when they are hooked, captured or (inputs)
 * switched.
 */
export function attentionOut(
  config: TransformerConfig,
  weights: WeightTensors,
  layer: number,
  resid: Tensor,
  hooks: HookRun,
): Tensor {
  const weight = (name: string) => weightTensor(config, weights, `blocks.${layer}.attn.${name}`);
  const positions = resid.shape[0]!;
  const inputs = sublayerInputs(config, layer, resid, hooks);
  const project = (which: "q" | "k" | "v"): Tensor => {
    const heads = projected(config, weights, layer, which, inputs[which]);
    return hooks.fire(blockHook(layer, `attn.hook_${which}`), heads);
  };
  const [q, k, v] = [project("q"), project("k"), project("v")];
  const pattern = hooks.fire(
    blockHook(layer, "attn.hook_pattern"),
    attentionPattern(config, layer, einsum("qhe,khe->hqk", q, k), hooks),
  );
  const z = hooks.fire(blockHook(layer, "attn.hook_z"), einsum("hqk,khe->qhe", pattern, v));

  const resultName = blockHook(layer, "attn.hook_result");
  const W_O = weight("W_O");
  const choice = hooks.switchAt(resultName);
  let heads: Tensor;
  if (hooks.wants(resultName)) {
    heads = sum(hooks.fire(resultName, einsum("phe,hed->phd", z, W_O)), 1);
  } else if (choice !== undefined) {
    assertSwitch(resultName, { shape: hookShape(config, resultName, positions) }, choice);
    hooks.passed(resultName);
    heads = switchedSum(z, W_O, choice);
  } else {
    heads = einsum("phe,hed->pd", z, W_O);
  }
  return hooks.fire(blockHook(layer, "hook_attn_out"), add(heads, weight("b_O")));
}
