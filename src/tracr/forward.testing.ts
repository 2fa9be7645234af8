import type { CompiledProgram, CompiledWeight } from "./index.ts";

/* A float64 forward pass of assembled weights, as plain as possible. */

/** The activations of one sequence, under TransformerLens names, row-major. */
export type Activations = ReadonlyMap<string, Float64Array>;

/** Runs the transformer on token ids `[pos]`; scores are divided by √dHead, later keys masked. */
export function forward({ config, weights }: CompiledProgram, ids: readonly number[]): Activations {
  const { nLayers, nHeads, dModel, dHead, dMlp, dVocabOut, attentionDir } = config;
  const length = ids.length;
  const cache = new Map<string, Float64Array>();
  const data = (name: string): Float64Array => (weights.get(name) as CompiledWeight).data;
  const put = (name: string, values: Float64Array) => {
    cache.set(name, values);
    return values;
  };
  const sum = (...parts: readonly Float64Array[]) =>
    Float64Array.from(parts[0]!, (_, i) => parts.reduce((total, part) => total + part[i]!, 0));
  const matmul = (a: Float64Array, b: Float64Array, m: number, k: number, n: number) => {
    const c = new Float64Array(m * n);
    for (let i = 0; i < m; i++)
      for (let p = 0; p < k; p++) {
        const factor = a[i * k + p]!;
        if (factor === 0) continue;
        for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[p * n + j]!;
      }
    return c;
  };

  const embedding = new Float64Array(length * dModel);
  for (const [p, id] of ids.entries()) {
    embedding.set(data("embed.W_E").subarray(id * dModel, (id + 1) * dModel), p * dModel);
  }
  put("hook_embed", embedding);
  put("hook_pos_embed", data("pos_embed.W_pos").slice(0, length * dModel));
  let x: Float64Array = sum(embedding, cache.get("hook_pos_embed")!);
  for (let l = 0; l < nLayers; l++) {
    put(`blocks.${l}.hook_resid_pre`, x);
    const scores = put(`blocks.${l}.attn.hook_attn_scores`, new Float64Array(nHeads * length ** 2));
    const pattern = put(`blocks.${l}.attn.hook_pattern`, new Float64Array(nHeads * length ** 2));
    const result = put(`blocks.${l}.attn.hook_result`, new Float64Array(length * nHeads * dModel));
    const attnOut = put(`blocks.${l}.hook_attn_out`, new Float64Array(length * dModel));
    for (let h = 0; h < nHeads; h++) {
      const of = (name: string) =>
        data(`blocks.${l}.attn.${name}`).subarray(h * dModel * dHead, (h + 1) * dModel * dHead);
      const [q, k, v] = ["W_Q", "W_K", "W_V"].map((w) => matmul(x, of(w), length, dModel, dHead));
      for (let i = 0; i < length; i++) {
        const row = Array.from({ length }, (_, j) => {
          if (attentionDir === "causal" && j > i) return -Infinity;
          let score = 0;
          for (let d = 0; d < dHead; d++) score += q![i * dHead + d]! * k![j * dHead + d]!;
          return score / Math.sqrt(dHead);
        });
        const largest = Math.max(...row);
        const total = row.reduce((t, s) => t + Math.exp(s - largest), 0);
        const at = (h * length + i) * length;
        scores.set(row, at);
        pattern.set(
          row.map((s) => Math.exp(s - largest) / total),
          at,
        );
      }
      const z = matmul(pattern.subarray(h * length ** 2), v!, length, length, dHead);
      const out = matmul(z, of("W_O"), length, dHead, dModel);
      for (let p = 0; p < length; p++) {
        result.set(out.subarray(p * dModel, (p + 1) * dModel), (p * nHeads + h) * dModel);
      }
      for (let i = 0; i < attnOut.length; i++) attnOut[i]! += out[i]!;
    }
    x = put(`blocks.${l}.hook_resid_mid`, sum(x, attnOut));
    const pre = matmul(x, data(`blocks.${l}.mlp.W_in`), length, dModel, dMlp);
    const post = put(
      `blocks.${l}.mlp.hook_post`,
      pre.map((h) => Math.max(0, h)),
    );
    const mlpOut = matmul(post, data(`blocks.${l}.mlp.W_out`), length, dMlp, dModel);
    put(`blocks.${l}.hook_mlp_out`, mlpOut);
    x = put(`blocks.${l}.hook_resid_post`, sum(x, mlpOut));
  }
  put("final_residual", x);
  put("logits", matmul(x, data("unembed.W_U"), length, dModel, dVocabOut));
  return cache;
}
