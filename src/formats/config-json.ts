import * as z from "zod/mini";
import { InterpBenchError, unknownNameError } from "../errors/index.ts";
import {
  type Activation,
  ATTENTION_DIRECTIONS,
  assertConfig,
  DEFAULT_EPS,
  defaultInitializerRange,
  type TransformerConfig,
  transformerLensKeys,
  transformerLensParameters,
} from "../transformer/index.ts";
import { FIXED_KEYS, INERT_KEYS } from "./config-keys.ts";
import { abbreviate, checkSchema, parseJson } from "./json.ts";

const size = z.int().check(z.gte(1));
/** TransformerLens writes −1 (or nothing) for "take the default". */
const sizeOrDefault = z.optional(z.union([size, z.literal(-1), z.null()]));

/** A positive number, or −1 (or nothing) for "none" or "the default". */
const positiveOrUnset = (error: string) =>
  z.nullish(z.number({ error }).check(z.refine((value) => value > 0 || value === -1, { error })));
const flag = z.nullish(z.boolean());

/** TransformerLens' names of the activations that we have. */
const ACTIVATION_NAMES = {
  relu: "relu",
  gelu: "gelu",
  gelu_new: "gelu_new",
  // Other spellings of the same formula.
  gelu_fast: "gelu_new",
  gelu_pytorch_tanh: "gelu_new",
} as const satisfies Readonly<Record<string, Activation>>;

/** The keys that are honoured. */
const configFile = z.looseObject({
  n_layers: z.int().check(z.gte(0)),
  n_heads: sizeOrDefault,
  n_key_value_heads: z.nullish(size),
  d_model: size,
  d_head: size,
  d_mlp: sizeOrDefault,
  n_ctx: size,
  d_vocab: size,
  d_vocab_out: sizeOrDefault,
  act_fn: z.enum(Object.keys(ACTIVATION_NAMES) as (keyof typeof ACTIVATION_NAMES)[]),
  attention_dir: z._default(z.enum(ATTENTION_DIRECTIONS), "causal"),
  normalization_type: z.union([z.null(), z.literal("LNPre")], {
    error: 'null or "LNPre" (fold the weights of "LN" with TransformerLens\' fold_ln)',
  }),
  eps: z.nullish(z.number().check(z.gte(0))),
  initializer_range: z.nullish(z.number()),
  n_params: z.nullish(z.number()),
  use_attn_scale: flag,
  attn_scale: positiveOrUnset("a positive number, or -1 for √d_head"),
  scale_attn_by_inverse_layer_idx: flag,
  attn_scores_soft_cap: positiveOrUnset("a positive number, or -1 for none"),
  output_logits_soft_cap: positiveOrUnset("a positive number, or -1 for none"),
});

/**
 * Reads a `config.json` with TransformerLens' keys.
 *
 * Every key is honoured, known to change nothing ({@link INERT_KEYS}: tokenizer, device, seed, hook
 * flags …), or refused: with what it would change if it means another architecture
 * ({@link FIXED_KEYS}), with the nearest name if it is no key of TransformerLens.
 *
 * Defaults are TransformerLens': `n_heads` d_model // d_head, `d_mlp` 4·d_model, `d_vocab_out`
 * d_vocab, `attention_dir` causal, `initializer_range` 0.8/√d_model, `attn_scale` √d_head (1 without
 * `use_attn_scale`), `eps` 1e-5, no soft caps. `normalization_type` has to be there, because
 * TransformerLens' default ("LN") has weights that our transformer does not have.
 *
 * `E_JSON` or `E_CONFIG` with the key in `at`: a missing, impossible or unknown one, an architecture
 * of another kind, a contradiction (`n_params`, `n_key_value_heads`).
 */
export function decodeConfig(text: string, at = "config.json"): TransformerConfig {
  return configFromKeys(parseJson(text, at, { keepsNaN: true }), at);
}

/** {@link decodeConfig} for data that are already parsed (an unpickled config, a table row). */
export function configFromKeys(value: unknown, at = "config"): TransformerConfig {
  const file = checkSchema(configFile, value, "E_CONFIG", at);
  for (const [key, content] of Object.entries(file)) assertKnown(key, content, at);
  const given = (number: number | null | undefined, fallback: number) =>
    number === undefined || number === null || number === -1 ? fallback : number;
  const sigma = file.initializer_range ?? -1;
  const config: TransformerConfig = {
    nLayers: file.n_layers,
    nHeads: given(file.n_heads, Math.floor(file.d_model / file.d_head)),
    dModel: file.d_model,
    dHead: file.d_head,
    dMlp: given(file.d_mlp, 4 * file.d_model),
    nCtx: file.n_ctx,
    dVocab: file.d_vocab,
    dVocabOut: given(file.d_vocab_out, file.d_vocab),
    actFn: ACTIVATION_NAMES[file.act_fn],
    attentionDir: file.attention_dir,
    normalization: file.normalization_type ?? "none",
    initializerRange: sigma < 0 ? defaultInitializerRange(file.d_model) : sigma,
    ...scalings(file),
  };
  assertConfig(config);
  assertSame(file.n_params, transformerLensParameters(config), `${at}: n_params`);
  assertSame(file.n_key_value_heads, config.nHeads, `${at}: n_key_value_heads`);
  return config;
}

/** What differs from the defaults of a config in scales, caps and `eps`. */
function scalings(file: z.output<typeof configFile>): Partial<TransformerConfig> {
  const usual = Math.sqrt(file.d_head);
  const own = positive(file.attn_scale) ?? usual;
  const scale = file.use_attn_scale === false ? 1 : own;
  const scoresCap = positive(file.attn_scores_soft_cap);
  const logitsCap = positive(file.output_logits_soft_cap);
  const eps = file.eps ?? DEFAULT_EPS;
  return {
    ...(scale === usual ? {} : { attnScale: scale }),
    ...(file.scale_attn_by_inverse_layer_idx === true ? { scaleAttnByInverseLayerIdx: true } : {}),
    ...(scoresCap === undefined ? {} : { attnScoresSoftCap: scoresCap }),
    ...(logitsCap === undefined ? {} : { outputLogitsSoftCap: logitsCap }),
    ...(eps === DEFAULT_EPS ? {} : { eps }),
  };
}

const positive = (value: number | null | undefined) =>
  value === undefined || value === null || value === -1 ? undefined : value;

/** Refuses keys that mean another architecture, and keys that TransformerLens does not have. */
function assertKnown(key: string, value: unknown, at: string): void {
  const fixed = FIXED_KEYS.get(key);
  if (fixed !== undefined) {
    if (value === null || value === undefined || fixed.accepted.includes(value)) return;
    throw new InterpBenchError(
      "E_CONFIG",
      `the model is of another architecture: ${fixed.changes}`,
      {
        at: `${at}: ${key}`,
        expected: [...fixed.accepted, null].map(abbreviate).join(" or "),
        received: abbreviate(value),
      },
    );
  }
  if (INERT_KEYS.has(key) || Object.hasOwn(configFile.shape, key)) return;
  const known = [...Object.keys(configFile.shape), ...FIXED_KEYS.keys(), ...INERT_KEYS.keys()];
  throw unknownNameError("E_CONFIG", "TransformerLens key", key, known, `${at}: ${key}`);
}

/**
 * Writes a `config.json` that `HookedTransformerConfig.from_dict` of TransformerLens accepts, with
 * the hooks of InterpBench switched on. Fixed key order, two spaces, final newline.
 */
export function encodeConfig(config: TransformerConfig): string {
  assertConfig(config);
  return `${JSON.stringify(transformerLensKeys(config), null, 2)}\n`;
}

function assertSame(value: unknown, expected: unknown, at: string): void {
  if (value === undefined || value === null || value === expected) return;
  throw new InterpBenchError("E_CONFIG", "the config contradicts itself", {
    at,
    expected: abbreviate(expected),
    received: abbreviate(value),
  });
}
