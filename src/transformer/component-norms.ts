import { sizeOf } from "../engine/index.ts";
import type { Transformer } from "./weights.ts";

/** A component of a transformer, and how large its weights are. */
export interface ComponentNorm {
  /** The hook that it writes to, `blocks.1.attn.hook_result[2]`; `unembed` writes to none. */
  readonly component: string;
  /** `√Σw²` over all its weights and biases. */
  readonly norm: number;
}

/**
 * The Frobenius norm of every component's weights and biases, in order of execution: the embeddings, each
 * head, each MLP, and `unembed`. The output biases of attention, `b_O`, belong to no head and count nowhere.
 */
export function componentNorms({ config, weights }: Transformer): ComponentNorm[] {
  const { nLayers, nHeads } = config;
  const square = (keys: readonly string[], part = 0, parts = 1) =>
    keys.reduce((total, key) => {
      const { shape, data } = weights.get(key)!;
      const size = sizeOf(shape) / parts;
      return data
        .subarray(part * size, (part + 1) * size)
        .reduce((sum, value) => sum + value * value, total);
    }, 0);
  const norm = (component: string, ...of: Parameters<typeof square>): ComponentNorm => ({
    component,
    norm: Math.sqrt(square(...of)),
  });
  const blocks = Array.from({ length: nLayers }, (_, layer) => {
    const block = `blocks.${layer}`;
    const heads = HEAD_WEIGHTS.map((name) => `${block}.attn.${name}`);
    const mlp = MLP_WEIGHTS.map((name) => `${block}.mlp.${name}`);
    return [
      ...Array.from({ length: nHeads }, (_, head) =>
        norm(`${block}.attn.hook_result[${head}]`, heads, head, nHeads),
      ),
      norm(`${block}.hook_mlp_out`, mlp),
    ];
  });
  return [
    norm("hook_embed", ["embed.W_E"]),
    norm("hook_pos_embed", ["pos_embed.W_pos"]),
    ...blocks.flat(),
    norm("unembed", ["unembed.W_U", "unembed.b_U"]),
  ];
}

/** Those whose first axis is the head. */
const HEAD_WEIGHTS = ["W_Q", "W_K", "W_V", "W_O", "b_Q", "b_K", "b_V"] as const;
const MLP_WEIGHTS = ["W_in", "b_in", "W_out", "b_out"] as const;
