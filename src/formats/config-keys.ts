/**
 * Keys of TransformerLens' `HookedTransformerConfig` (versions 1 to 3) under which another
 * architecture hides: the values that our transformer has (absent and null are fine, too), and what
 * another value would change.
 */
export const FIXED_KEYS: ReadonlyMap<
  string,
  { readonly accepted: readonly unknown[]; readonly changes: string }
> = new Map(
  Object.entries({
    attn_only: { accepted: [false], changes: "blocks would have no MLP" },
    parallel_attn_mlp: {
      accepted: [false],
      changes: "MLPs would read what the attention of their block reads",
    },
    gated_mlp: { accepted: [false], changes: "MLPs would have gates (W_gate)" },
    num_experts: { accepted: [], changes: "MLPs would be mixtures of experts" },
    experts_per_token: { accepted: [], changes: "MLPs would be mixtures of experts" },
    positional_embedding_type: {
      accepted: ["standard"],
      changes: "positions would enter elsewhere than in the residual stream",
    },
    relative_attention_max_distance: {
      accepted: [],
      changes: "scores would depend on the distance of tokens",
    },
    relative_attention_num_buckets: {
      accepted: [],
      changes: "scores would depend on the distance of tokens",
    },
    use_local_attn: {
      accepted: [false],
      changes: "some layers would read only the last window_size positions",
    },
    use_qk_norm: { accepted: [false], changes: "queries and keys would be normalised" },
    final_rms: {
      accepted: [false],
      changes: "the last normalisation would not subtract the mean",
    },
    uses_rms_norm: { accepted: [false], changes: "normalisations would not subtract the mean" },
    use_normalization_before_and_after: {
      accepted: [false],
      changes: "what sublayers write would be normalised",
    },
    post_embedding_ln: { accepted: [false], changes: "embeddings would be normalised" },
    tie_word_embeddings: {
      accepted: [false],
      changes: "the unembedding would be the transposed embedding",
    },
    load_in_4bit: { accepted: [false], changes: "weights would be packed, 4 bits each" },
  }),
);

const TEXT = "concerns texts and their tokens; inputs here are token ids";
const ORIGIN = "tells where the weights come from";
const MACHINE = "tells where and how TransformerLens computes";
const INIT = "concerns fresh weights; these are given";
const HOOKS = "only offers a hook point, which is always there";
const ROTARY = "concerns rotary positions, which positional_embedding_type excludes";
const LOCAL = "concerns local attention, which use_local_attn excludes";
const EXPERTS = "concerns mixtures of experts, which num_experts excludes";

/** Keys that change nothing about what our transformer computes, and why. */
export const INERT_KEYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    model_name: ORIGIN,
    original_architecture: ORIGIN,
    from_checkpoint: ORIGIN,
    checkpoint_index: ORIGIN,
    checkpoint_label_type: ORIGIN,
    checkpoint_value: ORIGIN,
    trust_remote_code: ORIGIN,
    layer_norm_folding: ORIGIN,
    tokenizer_name: TEXT,
    tokenizer_prepends_bos: TEXT,
    default_prepend_bos: TEXT,
    decoder_start_token_id: TEXT,
    device: MACHINE,
    n_devices: MACHINE,
    dtype: MACHINE,
    seed: INIT,
    init_mode: INIT,
    weight_init_mode: INIT,
    init_weights: INIT,
    use_attn_result: HOOKS,
    use_attn_in: HOOKS,
    use_split_qkv_input: HOOKS,
    use_hook_mlp_in: HOOKS,
    use_hook_tokens: HOOKS,
    window_size: LOCAL,
    attn_types: LOCAL,
    rotary_base_local: ROTARY,
    rotary_dim: ROTARY,
    rotary_base: ROTARY,
    rotary_scaling_factor: ROTARY,
    rotary_adjacent_pairs: ROTARY,
    use_NTK_by_parts_rope: ROTARY,
    NTK_by_parts_low_freq_factor: ROTARY,
    NTK_by_parts_high_freq_factor: ROTARY,
    NTK_by_parts_factor: ROTARY,
    NTK_original_ctx_len: ROTARY,
    use_yarn_rope: ROTARY,
    yarn_factor: ROTARY,
    yarn_attention_factor: ROTARY,
    yarn_beta_fast: ROTARY,
    yarn_beta_slow: ROTARY,
    yarn_original_max_position_embeddings: ROTARY,
    ungroup_grouped_query_attention: "concerns grouped heads, which n_key_value_heads excludes",
    norm_topk_prob: EXPERTS,
  }),
);
