import { Key } from "../rng/index.ts";
import { makeTransformer, type TransformerConfig, weightShapes } from "../transformer/index.ts";
import type { PairedTask } from "./fixtures.testing.ts";

const CONFIG: TransformerConfig = {
  nLayers: 2,
  nHeads: 2,
  dModel: 8,
  dHead: 2,
  dMlp: 4,
  nCtx: 4,
  dVocab: 6,
  dVocabOut: 4,
  actFn: "relu",
  attentionDir: "causal",
  normalization: "none",
  initializerRange: 1,
};

/** The edges of {@link plantedTask} that do something. */
export const PLANTED_EDGES: readonly string[] = [
  "blocks.0.hook_resid_pre->blocks.0.hook_v_input[0]",
  "blocks.0.attn.hook_result[0]->blocks.1.hook_v_input[1]",
  "blocks.1.attn.hook_result[1]->blocks.1.hook_resid_post",
];

/** The heads on their path. */
export const PLANTED_HEADS: readonly string[] = [
  "blocks.0.attn.hook_result[0]",
  "blocks.1.attn.hook_result[1]",
];

/**
 * A task of a transformer with a planted circuit: embeddings write to dimensions 0 and 1, which head 0 of block
 * 0 copies, mixed, to 2 and 3, head 1 of block 1 these to 4 and 5, and only those are read by the output. All
 * other heads and the MLPs read everything and write to 6 and 7; all attention is uniform. So all but three of 46
 * edges have no effect at all, and what has one is linear.
 */
export function plantedTask(rows = 24): PairedTask {
  const key = Key.fromSeed(17);
  const weights = new Map(
    [...weightShapes(CONFIG)].map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const isUniform = /W_[QK]|b_/.test(name);
      const data = isUniform ? new Float64Array(size) : key.fold(name).normal(size);
      return [name, { shape, data: Float32Array.from(data) }] as const;
    }),
  );
  const { dModel, dHead, nHeads } = CONFIG;
  /** Leaves of a matrix `[row, column]` within `name` from `start` on only what `isKept` says. */
  const keep = (
    name: string,
    [start, rowCount, columns]: readonly [number, number, number],
    isKept: (row: number, column: number) => boolean,
  ) => {
    const { data } = weights.get(name)!;
    for (let i = 0; i < rowCount * columns; i++) {
      if (!isKept(Math.floor(i / columns), i % columns)) data[start + i] = 0;
    }
  };
  const within = (low: number, high: number) => (x: number) => x >= low && x < high;
  const [inputs, middle, outputs, waste] = [within(0, 2), within(2, 4), within(4, 6), within(6, 8)];
  keep("embed.W_E", [0, CONFIG.dVocab, dModel], (_, d) => inputs(d));
  keep("pos_embed.W_pos", [0, CONFIG.nCtx, dModel], () => false);
  keep("unembed.W_U", [0, dModel, CONFIG.dVocabOut], (d) => outputs(d));
  for (let block = 0; block < CONFIG.nLayers; block++) {
    keep(`blocks.${block}.mlp.W_out`, [0, CONFIG.dMlp, dModel], (_, d) => waste(d));
    for (let head = 0; head < nHeads; head++) {
      const size = dModel * dHead;
      const isPlanted = head === block;
      const reads = !isPlanted ? () => true : block === 0 ? inputs : middle;
      const writes = !isPlanted ? waste : block === 0 ? middle : outputs;
      keep(`blocks.${block}.attn.W_V`, [head * size, dModel, dHead], (d) => reads(d));
      keep(`blocks.${block}.attn.W_O`, [head * size, dHead, dModel], (_, d) => writes(d));
    }
  }
  const positions = 3;
  const tokens = (name: string) =>
    Int32Array.from(key.fold(name).integers(rows * positions, CONFIG.dVocab));
  return {
    transformer: makeTransformer(CONFIG, weights),
    rows,
    positions,
    cleanTokens: tokens("clean"),
    corruptedTokens: tokens("corrupted"),
    targets: tokens("targets").map((id) => id % CONFIG.dVocabOut),
    categorical: true,
    outputPositions: "all",
  };
}
