import type { Layer } from "./layers.ts";
import type { Settings } from "./options.ts";
import type { ResidualSpaces } from "./residual.ts";
import { sizeOf } from "./space.ts";

/** The dimensions of a compiled transformer, under the names TransformerLens gives them. */
export interface CompiledConfig {
  readonly nLayers: number;
  /** The largest number of heads in a layer. */
  readonly nHeads: number;
  readonly dModel: number;
  /** The largest side of any head's `W_QK` (or output, if that is larger). */
  readonly dHead: number;
  /** The largest number of hidden directions of an MLP. */
  readonly dMlp: number;
  /** The longest input, with BOS. */
  readonly nCtx: number;
  readonly dVocab: number;
  /** The number of output classes; 1 for a numerical output. */
  readonly dVocabOut: number;
  readonly actFn: "relu";
  readonly attentionDir: "causal" | "bidirectional";
  readonly normalization: "none";
}

/** The smallest dimensions that hold all layers; at least 1 head of size 1 and 1 neuron. */
export function measure(
  layers: readonly Layer[],
  spaces: ResidualSpaces,
  { maxSeqLen, causal }: Settings,
): CompiledConfig {
  const heads = layers.flatMap((layer) => layer.heads);
  const headSizes = heads.flatMap(({ wQK, wOV }) =>
    [wQK.input, wQK.output, wOV.output].map(sizeOf),
  );
  const mlpSizes = layers.flatMap(({ mlp }) => (mlp === undefined ? [] : [sizeOf(mlp.fst.output)]));
  return Object.freeze({
    nLayers: layers.length,
    nHeads: largest(layers.map((layer) => layer.heads.length)),
    dModel: sizeOf(spaces.residual),
    dHead: largest(headSizes),
    dMlp: largest(mlpSizes),
    nCtx: maxSeqLen + 1,
    dVocab: sizeOf(spaces.tokens),
    dVocabOut: sizeOf(spaces.output),
    actFn: "relu",
    attentionDir: causal ? "causal" : "bidirectional",
    normalization: "none",
  });
}

/** The largest of any number of sizes, at least 1. */
function largest(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => Math.max(a, b), 1);
}
