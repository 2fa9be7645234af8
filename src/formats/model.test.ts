import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InterpBenchError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import {
  countParameters,
  makeTransformer,
  type TransformerConfig,
  weightShapes,
} from "../transformer/index.ts";
import { FIXED_KEYS, INERT_KEYS } from "./config-keys.ts";
import {
  decodeConfig,
  decodeModel,
  decodeSafetensors,
  decodeWeights,
  encodeConfig,
  encodeModel,
  encodeSafetensors,
} from "./index.ts";

const size = fc.integer({ min: 1, max: 5 });
const above0 = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const requiredFields = {
  nLayers: fc.nat(2),
  nHeads: size,
  dModel: size,
  dHead: size,
  dMlp: size,
  nCtx: size,
  dVocab: size,
  dVocabOut: size,
  actFn: fc.constantFrom("relu" as const, "gelu" as const, "gelu_new" as const),
  attentionDir: fc.constantFrom("causal" as const, "bidirectional" as const),
  normalization: fc.constantFrom("none" as const, "LNPre" as const),
  initializerRange: fc.double({ min: 0, max: 10, noNaN: true }),
};
const anyConfig: fc.Arbitrary<TransformerConfig> = fc.record(
  {
    ...requiredFields,
    attnScale: above0,
    scaleAttnByInverseLayerIdx: fc.constant(true),
    attnScoresSoftCap: above0,
    outputLogitsSoftCap: above0,
    eps: above0,
  },
  { requiredKeys: Object.keys(requiredFields) as (keyof typeof requiredFields)[] },
);

function transformerOf(config: TransformerConfig) {
  const weights = new Map(
    Array.from(weightShapes(config), ([key, shape]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const data = Float32Array.from(Key.fromSeed(1).fold(key).normal(count));
      return [key, { shape, data }];
    }),
  );
  return makeTransformer(config, weights);
}

/** The config of the trained model of case 3, as TransformerLens 1.19 prints it. */
const stored = {
  n_layers: 2,
  d_model: 12,
  n_ctx: 5,
  d_head: 3,
  model_name: "custom",
  n_heads: 4,
  d_mlp: 48,
  act_fn: "gelu",
  d_vocab: 6,
  eps: 1e-5,
  use_attn_result: true,
  use_attn_scale: true,
  use_split_qkv_input: true,
  use_hook_mlp_in: true,
  use_attn_in: false,
  use_local_attn: false,
  original_architecture: null,
  from_checkpoint: false,
  tokenizer_name: null,
  window_size: null,
  attn_types: null,
  init_mode: "gpt2",
  normalization_type: null,
  device: "cpu",
  n_devices: 1,
  attention_dir: "causal",
  attn_only: false,
  seed: 0,
  initializer_range: 0.22188007849009167,
  scale_attn_by_inverse_layer_idx: false,
  positional_embedding_type: "standard",
  final_rms: false,
  d_vocab_out: 1,
  parallel_attn_mlp: false,
  n_params: 3456,
  gated_mlp: false,
  n_key_value_heads: null,
  post_embedding_ln: false,
  num_experts: null,
};
const config: TransformerConfig = {
  nLayers: 2,
  nHeads: 4,
  dModel: 12,
  dHead: 3,
  dMlp: 48,
  nCtx: 5,
  dVocab: 6,
  dVocabOut: 1,
  actFn: "gelu",
  attentionDir: "causal",
  normalization: "none",
  initializerRange: 0.22188007849009167,
};

/** The fields of `HookedTransformerConfig` in versions 1 to 3. */
const TRANSFORMER_LENS_KEYS = `
  n_layers d_model n_ctx d_head model_name n_heads d_mlp act_fn d_vocab eps use_attn_result
  use_attn_scale attn_scale use_split_qkv_input use_hook_mlp_in use_attn_in use_qk_norm
  use_local_attn ungroup_grouped_query_attention original_architecture from_checkpoint
  checkpoint_index checkpoint_label_type checkpoint_value tokenizer_name window_size attn_types
  init_mode normalization_type device n_devices attention_dir attn_only seed initializer_range
  init_weights scale_attn_by_inverse_layer_idx positional_embedding_type final_rms d_vocab_out
  parallel_attn_mlp rotary_dim n_params use_hook_tokens gated_mlp default_prepend_bos dtype
  tokenizer_prepends_bos n_key_value_heads post_embedding_ln rotary_base rotary_base_local
  rotary_scaling_factor trust_remote_code rotary_adjacent_pairs load_in_4bit num_experts
  experts_per_token relative_attention_max_distance relative_attention_num_buckets
  decoder_start_token_id tie_word_embeddings use_normalization_before_and_after
  attn_scores_soft_cap output_logits_soft_cap use_NTK_by_parts_rope NTK_by_parts_low_freq_factor
  NTK_by_parts_high_freq_factor NTK_by_parts_factor NTK_original_ctx_len use_yarn_rope yarn_factor
  yarn_attention_factor yarn_beta_fast yarn_beta_slow yarn_original_max_position_embeddings
  uses_rms_norm layer_norm_folding norm_topk_prob`
  .trim()
  .split(/\s+/);

describe("config.json", () => {
  it("gives back every config, and the same text again", () => {
    fc.assert(
      fc.property(anyConfig, (any) => {
        const text = encodeConfig(any);
        expect(decodeConfig(text)).toEqual(any);
        expect(encodeConfig(decodeConfig(text))).toBe(text);
      }),
    );
  });

  it("reads TransformerLens' full config", () => {
    expect(decodeConfig(JSON.stringify(stored))).toEqual(config);
  });

  const sqrt3 = Math.sqrt(3);
  it.each<[Record<string, unknown>, Partial<TransformerConfig>]>([
    [{ attn_scale: 8 }, { attnScale: 8 }],
    [{ attn_scale: -1 }, {}],
    [{ attn_scale: sqrt3 }, {}],
    [{ use_attn_scale: false }, { attnScale: 1 }],
    [{ use_attn_scale: false, attn_scale: 8 }, { attnScale: 1 }],
    [{ scale_attn_by_inverse_layer_idx: true }, { scaleAttnByInverseLayerIdx: true }],
    [
      { attn_scores_soft_cap: 50, output_logits_soft_cap: 30 },
      { attnScoresSoftCap: 50, outputLogitsSoftCap: 30 },
    ],
    [{ attn_scores_soft_cap: -1, output_logits_soft_cap: -1 }, {}],
    [{ eps: 1e-6 }, { eps: 1e-6 }],
    [{ eps: null }, {}],
    [{ act_fn: "gelu_fast" }, { actFn: "gelu_new" }],
    [{ normalization_type: "LNPre" }, { normalization: "LNPre" }],
    [{ n_key_value_heads: 4, dtype: "torch.bfloat16", rotary_base: 10000, window_size: 3 }, {}],
  ])("honours %o", (change, expected) => {
    expect(decodeConfig(JSON.stringify({ ...stored, ...change }))).toEqual({
      ...config,
      ...expected,
    });
  });

  it("knows every key of TransformerLens' HookedTransformerConfig", () => {
    for (const key of TRANSFORMER_LENS_KEYS) {
      try {
        decodeConfig(JSON.stringify({ ...stored, [key]: "no such value" }), "x.json");
        expect([key, INERT_KEYS.has(key)]).toEqual([key, true]);
      } catch (error) {
        expect([key, INERT_KEYS.has(key)]).toEqual([key, false]);
        expect([key, (error as InterpBenchError).code]).toEqual([key, "E_CONFIG"]);
        expect((error as InterpBenchError).at).toBe(`x.json: ${key}`);
        expect((error as InterpBenchError).message).not.toContain("no TransformerLens key");
      }
    }
  });

  it("fills in TransformerLens' defaults", () => {
    const short = { ...stored, n_heads: -1, d_mlp: null, d_vocab_out: -1, initializer_range: -1 };
    const { attention_dir: _, n_params: __, ...rest } = short;
    expect(decodeConfig(JSON.stringify(rest))).toEqual({
      ...config,
      dVocabOut: 6,
      initializerRange: 0.8 / Math.sqrt(12),
    });
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ d_model: undefined }, '"d_model" is not as expected', "number"],
    [{ d_model: 1.5 }, '"d_model" is not as expected', "int"],
    [{ n_ctx: 0 }, '"n_ctx" is not as expected', ""],
    [{ act_fn: "silu" }, '"act_fn" is not as expected', '"relu"|"gelu"|"gelu_new"'],
    [{ attention_dir: "up" }, '"attention_dir" is not as expected', "causal"],
    [{ normalization_type: "LN" }, '"normalization_type" is not as expected', 'null or "LNPre"'],
    [{ normalization_type: undefined }, '"normalization_type" is not as expected', ""],
    [{ attn_only: true }, "the model is of another architecture", "false"],
    [{ parallel_attn_mlp: true }, "the model is of another architecture", "false"],
    [{ positional_embedding_type: "rotary" }, "another architecture", '"standard"'],
    [{ attn_only: true }, "blocks would have no MLP", "false or null"],
    [{ use_qk_norm: true }, "queries and keys would be normalised", "false or null"],
    [{ num_experts: 8 }, "mixtures of experts", "null"],
    [{ attn_scale: 0 }, '"attn_scale" is not as expected', "a positive number, or -1 for √d_head"],
    [{ attn_scale: -2 }, '"attn_scale" is not as expected', "a positive number"],
    [{ attn_scores_soft_cap: 0 }, '"attn_scores_soft_cap" is not as', "or -1 for none"],
    [{ use_attn_scale: 1 }, '"use_attn_scale" is not as expected', "boolean"],
    [{ eps: -1 }, '"eps" is not as expected', ""],
    [{ new_in_2027: false }, 'no TransformerLens key "new_in_2027"', ""],
    [{ atn_scale: 8 }, 'no TransformerLens key "atn_scale"', ""],
    [{ n_params: 3457 }, "the config contradicts itself", "3456"],
    [{ n_key_value_heads: 2 }, "the config contradicts itself", "4"],
  ])("refuses %o", (change, message, expected) => {
    let error: Partial<InterpBenchError> = {};
    try {
      decodeConfig(JSON.stringify({ ...stored, ...change }), "x.json");
    } catch (caught) {
      error = caught as InterpBenchError;
    }
    expect(error.code).toBe("E_CONFIG");
    expect(error.message).toContain(message);
    if (expected !== "") expect(error.expected).toContain(expected);
    expect(error.at).toBe(`x.json: ${Object.keys(change)[0]}`);
  });

  it.each([
    ["eps", "NaN"],
    ["attn_scale", "NaN"],
    ["attn_scores_soft_cap", "NaN"],
    ["initializer_range", "NaN"],
    ["n_params", "NaN"],
    ["d_mlp", "NaN"],
    ["attn_scale", "Infinity"],
    ["eps", "-Infinity"],
  ])("refuses %s as Python writes %s, which is no default", (key, value) => {
    const text = JSON.stringify({ ...stored, model_name: "NaN 0", [key]: "here" });
    const read = () => decodeConfig(text.replace('"here"', value), "x.json");
    expect(read).toThrow(
      expect.objectContaining({ code: "E_CONFIG", at: `x.json: ${key}`, received: value }),
    );
  });

  it("has every known key in its documentation", () => {
    const page = readFileSync(new URL("../../docs/files.md", import.meta.url), "utf8");
    for (const key of [...TRANSFORMER_LENS_KEYS, ...INERT_KEYS.keys(), ...FIXED_KEYS.keys()]) {
      expect(page).toContain(`\`${key}\``);
    }
  });

  it("refuses text that is no JSON", () => {
    expect(() => decodeConfig("n_layers: 2")).toThrow("this is no JSON text");
  });
});

describe("a model folder", () => {
  it("gives back every transformer, and the same bytes again", () => {
    fc.assert(
      fc.property(anyConfig, fc.boolean(), (any, buffers) => {
        const transformer = transformerOf(any);
        const files = encodeModel(transformer, { buffers });
        const read = decodeModel(files);
        expect(read).toEqual(transformer);
        expect([...read.weights.keys()]).toEqual([...transformer.weights.keys()]);
        expect(encodeModel(read, { buffers })).toEqual(files);
      }),
      { numRuns: 30 },
    );
  });

  it("holds half as many bytes in half precision, and gives back what it holds", () => {
    const transformer = transformerOf(config);
    const [whole, half] = [encodeModel(transformer), encodeModel(transformer, { half: true })];
    const bytesOf = ({ weights }: typeof whole) =>
      [...decodeSafetensors(weights).tensors.values()].map(({ dtype, data }) => [
        dtype,
        data.length,
      ]);
    expect(bytesOf(half)).toEqual(bytesOf(whole).map(([, length]) => ["F16", length]));
    const numbers = countParameters(transformer.config);
    expect(whole.weights.length - half.weights.length).toBeCloseTo(2 * numbers, -2);
    const read = decodeModel(half);
    for (const [key, { data }] of transformer.weights) {
      for (const [i, rounded] of read.weights.get(key)!.data.entries()) {
        expect(Math.abs(rounded - data[i]!)).toBeLessThanOrEqual(
          Math.abs(data[i]!) / 2048 + 2 ** -25,
        );
      }
    }
    expect(encodeModel(read, { half: true })).toEqual(half);
  });

  it("holds TransformerLens' attention buffers only on request", () => {
    const keys = (buffers: boolean) => {
      const { weights } = encodeModel(transformerOf(config), { buffers });
      return decodeSafetensors(weights).tensors;
    };
    expect(keys(false).has("blocks.0.attn.mask")).toBe(false);
    const mask = keys(true).get("blocks.1.attn.mask");
    expect(mask).toMatchObject({ dtype: "BOOL", shape: [5, 5] });
    expect([...mask!.data.slice(0, 10)]).toEqual([1, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
    expect(keys(true).get("blocks.1.attn.IGNORE")).toEqual({
      dtype: "F32",
      shape: [],
      data: Float32Array.of(-Infinity),
    });
  });

  const files = encodeModel(transformerOf(config));
  const changed = (change: (tensors: Map<string, ReturnType<typeof weightOf>>) => void) => {
    const tensors = new Map(
      Array.from(decodeWeights(files.weights), ([key, w]) => [key, weightOf(w.shape, w.data)]),
    );
    change(tensors);
    return { ...files, weights: encodeSafetensors(tensors) };
  };
  const weightOf = (shape: readonly number[], data: Float32Array) => ({
    dtype: "F32" as const,
    shape,
    data,
  });

  it("refuses missing and unknown keys and wrong shapes", () => {
    const missing = changed((tensors) => tensors.delete("unembed.b_U"));
    expect(() => decodeModel(missing)).toThrow('the weight "unembed.b_U" is missing');
    const extra = changed((tensors) =>
      tensors.set("ln_final.w", weightOf([1], Float32Array.of(1))),
    );
    expect(() => decodeModel(extra)).toThrow('no weight "ln_final.w"');
    const turned = changed((tensors) => {
      const { data } = tensors.get("embed.W_E")!;
      tensors.set("embed.W_E", weightOf([12, 6], data));
    });
    let error: Partial<InterpBenchError> = {};
    try {
      decodeModel(turned, "models/3");
    } catch (caught) {
      error = caught as InterpBenchError;
    }
    expect(error).toMatchObject({
      code: "E_WEIGHTS",
      at: "models/3: embed.W_E",
      expected: "[6, 12]",
      received: "[12, 6]",
    });
  });

  it("refuses a config of another model and weights that are no floats", () => {
    const other = { ...files, config: encodeConfig({ ...config, nLayers: 3 }) };
    expect(() => decodeModel(other)).toThrow('the weight "blocks.2.attn.W_Q" is missing');
    const integers = encodeSafetensors(
      new Map([["embed.W_E", { dtype: "I32", shape: [1], data: Int32Array.of(1) }]]),
    );
    expect(() => decodeModel({ ...files, weights: integers })).toThrow("floating-point numbers");
  });
});
