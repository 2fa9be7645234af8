import { DEFAULT_EPS, type TransformerConfig } from "./config.ts";

/**
 * A config under the keys of TransformerLens' `HookedTransformerConfig`, in fixed order, with the
 * hooks of InterpBench switched on: what `from_dict` there accepts. What the config leaves out is left
 * out, but for `eps`.
 */
export function transformerLensKeys(config: TransformerConfig) {
  return {
    n_layers: config.nLayers,
    n_heads: config.nHeads,
    d_model: config.dModel,
    d_head: config.dHead,
    d_mlp: config.dMlp,
    n_ctx: config.nCtx,
    d_vocab: config.dVocab,
    d_vocab_out: config.dVocabOut,
    act_fn: config.actFn,
    attention_dir: config.attentionDir,
    normalization_type: config.normalization === "none" ? null : config.normalization,
    initializer_range: config.initializerRange,
    model_name: "custom",
    init_mode: "gpt2",
    eps: config.eps ?? DEFAULT_EPS,
    positional_embedding_type: "standard",
    attn_only: false,
    use_attn_result: true,
    use_split_qkv_input: true,
    use_hook_mlp_in: true,
    ...(config.attnScale === undefined ? {} : { attn_scale: config.attnScale }),
    ...(config.scaleAttnByInverseLayerIdx === true
      ? { scale_attn_by_inverse_layer_idx: true }
      : {}),
    ...(config.attnScoresSoftCap === undefined
      ? {}
      : { attn_scores_soft_cap: config.attnScoresSoftCap }),
    ...(config.outputLogitsSoftCap === undefined
      ? {}
      : { output_logits_soft_cap: config.outputLogitsSoftCap }),
  } as const;
}

/** TransformerLens' `n_params`: attention and MLP matrices, without embeddings and biases. */
export function transformerLensParameters(config: TransformerConfig): number {
  const { nLayers, nHeads, dModel, dHead, dMlp } = config;
  return nLayers * (4 * dModel * dHead * nHeads + 2 * dModel * dMlp);
}
