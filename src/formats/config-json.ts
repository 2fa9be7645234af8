import { z } from "zod";
import { InterpBenchError } from "../errors/index.ts";
import {
  ACTIVATIONS,
  ATTENTION_DIRECTIONS,
  assertConfig,
  defaultInitializerRange,
  type TransformerConfig,
  transformerLensKeys,
  transformerLensParameters,
} from "../transformer/index.ts";
import { abbreviate, checkSchema, parseJson } from "./json.ts";

const size = z.int().min(1);
/** TransformerLens writes −1 (or nothing) for "take the default". */
const sizeOrDefault = z.union([size, z.literal(-1), z.null()]).optional();

const configFile = z.looseObject({
  n_layers: z.int().min(0),
  n_heads: sizeOrDefault,
  d_model: size,
  d_head: size,
  d_mlp: sizeOrDefault,
  n_ctx: size,
  d_vocab: size,
  d_vocab_out: sizeOrDefault,
  act_fn: z.enum(ACTIVATIONS),
  attention_dir: z.enum(ATTENTION_DIRECTIONS).default("causal"),
  normalization_type: z.union([z.null(), z.literal("LNPre")]),
  initializer_range: z.number().optional(),
});

/**
 * TransformerLens keys whose other values mean another architecture: our transformer has exactly
 * these. Absent keys and null are fine.
 */
const FIXED: Readonly<Record<string, unknown>> = {
  attn_only: false,
  eps: 1e-5,
  experts_per_token: null,
  final_rms: false,
  gated_mlp: false,
  num_experts: null,
  parallel_attn_mlp: false,
  positional_embedding_type: "standard",
  post_embedding_ln: false,
  scale_attn_by_inverse_layer_idx: false,
  use_attn_scale: true,
  use_local_attn: false,
  use_normalization_before_and_after: false,
};

/**
 * Reads a `config.json` with TransformerLens' keys.
 *
 * Keys that only matter to TransformerLens (hook flags, tokenizer, device, seed …) are ignored.
 * Defaults are TransformerLens': `n_heads` d_model // d_head, `d_mlp` 4·d_model, `d_vocab_out`
 * d_vocab, `attention_dir` causal, `initializer_range` 0.8/√d_model. `normalization_type` has to be
 * there, because TransformerLens' default ("LN") has weights that our transformer does not have.
 *
 * `E_JSON` or `E_CONFIG` with the key in `at`: a missing or impossible value, an architecture
 * of another kind, a contradiction (`n_params`, `n_key_value_heads`).
 */
export function decodeConfig(text: string, at = "config.json"): TransformerConfig {
  return configFromKeys(parseJson(text, at), at);
}

/** {@link decodeConfig} for data that are already parsed (an unpickled config, a table row). */
export function configFromKeys(value: unknown, at = "config"): TransformerConfig {
  const file = checkSchema(configFile, value, "E_CONFIG", at);
  for (const [key, expected] of Object.entries(FIXED)) {
    assertSame(file[key], expected, `${at}: ${key}`, "the model is of another architecture");
  }
  const given = (number: number | null | undefined, fallback: number) =>
    number === undefined || number === null || number === -1 ? fallback : number;
  const sigma = file.initializer_range;
  const config: TransformerConfig = {
    nLayers: file.n_layers,
    nHeads: given(file.n_heads, Math.floor(file.d_model / file.d_head)),
    dModel: file.d_model,
    dHead: file.d_head,
    dMlp: given(file.d_mlp, 4 * file.d_model),
    nCtx: file.n_ctx,
    dVocab: file.d_vocab,
    dVocabOut: given(file.d_vocab_out, file.d_vocab),
    actFn: file.act_fn,
    attentionDir: file.attention_dir,
    normalization: file.normalization_type ?? "none",
    initializerRange:
      sigma === undefined || sigma < 0 ? defaultInitializerRange(file.d_model) : sigma,
  };
  assertConfig(config);
  const contradiction = "the config contradicts itself";
  assertSame(file.n_params, transformerLensParameters(config), `${at}: n_params`, contradiction);
  assertSame(file.n_key_value_heads, config.nHeads, `${at}: n_key_value_heads`, contradiction);
  return config;
}

/**
 * Writes a `config.json` that `HookedTransformerConfig.from_dict` of TransformerLens accepts, with
 * the hooks of InterpBench switched on. Fixed key order, two spaces, final newline.
 */
export function encodeConfig(config: TransformerConfig): string {
  assertConfig(config);
  return `${JSON.stringify(transformerLensKeys(config), null, 2)}\n`;
}

function assertSame(value: unknown, expected: unknown, at: string, message: string): void {
  if (value === undefined || value === null || value === expected) return;
  throw new InterpBenchError("E_CONFIG", message, {
    at,
    expected: abbreviate(expected),
    received: abbreviate(value),
  });
}
