import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InterpBenchError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import { makeTransformer, type TransformerConfig, weightShapes } from "../transformer/index.ts";
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
const anyConfig: fc.Arbitrary<TransformerConfig> = fc.record({
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
});

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

  it("reads TransformerLens' full config, whatever else it holds", () => {
    expect(decodeConfig(JSON.stringify(stored))).toEqual(config);
    expect(decodeConfig(JSON.stringify({ ...stored, new_in_2027: [1] }))).toEqual(config);
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
    [{ normalization_type: "LN" }, '"normalization_type" is not as expected', ""],
    [{ normalization_type: undefined }, '"normalization_type" is not as expected', ""],
    [{ attn_only: true }, "the model is of another architecture", "false"],
    [{ parallel_attn_mlp: true }, "the model is of another architecture", "false"],
    [{ positional_embedding_type: "rotary" }, "another architecture", '"standard"'],
    [{ use_attn_scale: false }, "another architecture", "true"],
    [{ eps: 1e-6 }, "another architecture", "0.00001"],
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
    expect(error.expected).toContain(expected);
    expect(error.at).toBe(`x.json: ${Object.keys(change)[0]}`);
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
