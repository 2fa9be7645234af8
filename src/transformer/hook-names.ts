import type { Shape } from "../engine/index.ts";
import { unknownNameError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";

/** Hook points inside a block, in firing order. The `ln…` ones exist with `LNPre` only. */
export const BLOCK_HOOKS = [
  "hook_resid_pre",
  "hook_q_input",
  "hook_k_input",
  "hook_v_input",
  "ln1.hook_scale",
  "ln1.hook_normalized",
  "attn.hook_q",
  "attn.hook_k",
  "attn.hook_v",
  "attn.hook_attn_scores",
  "attn.hook_pattern",
  "attn.hook_z",
  "attn.hook_result",
  "hook_attn_out",
  "hook_resid_mid",
  "hook_mlp_in",
  "ln2.hook_scale",
  "ln2.hook_normalized",
  "mlp.hook_pre",
  "mlp.hook_post",
  "hook_mlp_out",
  "hook_resid_post",
] as const;
export type BlockHook = (typeof BLOCK_HOOKS)[number];

/** Name of a hook point, TransformerLens' spelling: `blocks.1.attn.hook_result`. */
export type HookName =
  | "hook_embed"
  | "hook_pos_embed"
  | `blocks.${number}.${BlockHook}`
  | "ln_final.hook_scale"
  | "ln_final.hook_normalized";

type Sizes = TransformerConfig & { readonly pos: number };

const residual = ({ pos, dModel }: Sizes): Shape => [pos, dModel];
const scale = ({ pos }: Sizes): Shape => [pos, 1];
const perHeadInput = ({ pos, nHeads, dModel }: Sizes): Shape => [pos, nHeads, dModel];
const perHead = ({ pos, nHeads, dHead }: Sizes): Shape => [pos, nHeads, dHead];
const attention = ({ pos, nHeads }: Sizes): Shape => [nHeads, pos, pos];
const neurons = ({ pos, dMlp }: Sizes): Shape => [pos, dMlp];

const BLOCK_SHAPES: { readonly [H in BlockHook]: (sizes: Sizes) => Shape } = {
  hook_resid_pre: residual,
  hook_q_input: perHeadInput,
  hook_k_input: perHeadInput,
  hook_v_input: perHeadInput,
  "ln1.hook_scale": scale,
  "ln1.hook_normalized": residual,
  "attn.hook_q": perHead,
  "attn.hook_k": perHead,
  "attn.hook_v": perHead,
  "attn.hook_attn_scores": attention,
  "attn.hook_pattern": attention,
  "attn.hook_z": perHead,
  "attn.hook_result": perHeadInput,
  hook_attn_out: residual,
  hook_resid_mid: residual,
  hook_mlp_in: residual,
  "ln2.hook_scale": scale,
  "ln2.hook_normalized": residual,
  "mlp.hook_pre": neurons,
  "mlp.hook_post": neurons,
  hook_mlp_out: residual,
  hook_resid_post: residual,
};

/** The name of a hook point of one block. */
export function blockHook<H extends BlockHook>(layer: number, hook: H): `blocks.${number}.${H}` {
  return `blocks.${layer}.${hook}`;
}

/** All hook points of a transformer, in firing order. */
export function hookNames(config: TransformerConfig): HookName[] {
  const normalized = config.normalization === "LNPre";
  const inBlock = BLOCK_HOOKS.filter((hook) => normalized || !hook.startsWith("ln"));
  const names: HookName[] = ["hook_embed", "hook_pos_embed"];
  for (let layer = 0; layer < config.nLayers; layer++) {
    for (const hook of inBlock) names.push(blockHook(layer, hook));
  }
  if (normalized) names.push("ln_final.hook_scale", "ln_final.hook_normalized");
  return names;
}

/** A hook name taken apart; `layer` is absent outside the blocks. */
export interface HookPlace {
  readonly layer: number | undefined;
  /** The name without `blocks.<layer>.`. */
  readonly hook: BlockHook | Exclude<HookName, `blocks.${string}`>;
}

/** Throws `E_HOOK`, with the nearest names, unless the transformer has this hook point. */
export function assertHookName(config: TransformerConfig, name: string): asserts name is HookName {
  const names = hookNames(config);
  if (!names.includes(name as HookName)) throw unknownNameError("E_HOOK", "hook", name, names);
}

/** Layer and place of a hook point. Throws `E_HOOK` when the transformer has no such point. */
export function parseHookName(config: TransformerConfig, name: string): HookPlace {
  assertHookName(config, name);
  const match = /^blocks\.(\d+)\.(.+)$/.exec(name);
  if (match === null) return { layer: undefined, hook: name as HookPlace["hook"] };
  return { layer: Number(match[1]), hook: match[2] as BlockHook };
}

/** What shapes depend on besides the transformer. */
export interface ShapeOptions {
  /** Whether a query, key or value input of the same block is hooked. Default false. */
  readonly hasOwnInputs?: boolean;
}

/**
 * Points before attention that are there once for each head's query, key and value if these have inputs of their own.
 */
const SPLIT: ReadonlySet<string> = new Set(["ln1.hook_scale", "ln1.hook_normalized"]);

/**
 * The shape of a hook's tensor for one sequence of `positions` tokens, e.g.
 * `attn.hook_result` → `[pos, head, dModel]`, `attn.hook_pattern` → `[head, query, key]`. Where heads have
 * inputs of their own, `ln1.hook_scale` is `[pos, qkv, head, 1]` and `ln1.hook_normalized`
 * `[pos, qkv, head, dModel]`; qkv counts query, key and value.
 * Throws `E_HOOK` when the transformer has no such point.
 */
export function hookShape(
  config: TransformerConfig,
  name: string,
  positions: number,
  { hasOwnInputs = false }: ShapeOptions = {},
): Shape {
  const { hook } = parseHookName(config, name);
  if (hasOwnInputs && SPLIT.has(hook)) {
    const [pos, size] = hookShape(config, name, positions);
    return [pos!, 3, config.nHeads, size!];
  }
  const sizes = { ...config, pos: positions };
  if (hook === "ln_final.hook_scale") return scale(sizes);
  if (hook === "hook_embed" || hook === "hook_pos_embed" || hook === "ln_final.hook_normalized") {
    return residual(sizes);
  }
  return BLOCK_SHAPES[hook](sizes);
}

/** Which axis of a hook's tensor counts the heads; `undefined` where there is none. */
export function headAxis(name: string): 0 | 1 | undefined {
  if (/\.attn\.hook_(attn_scores|pattern)$/.test(name)) return 0;
  return /\.(attn\.hook_(q|k|v|z|result)|hook_[qkv]_input)$/.test(name) ? 1 : undefined;
}
