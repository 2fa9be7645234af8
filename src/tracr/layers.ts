import type { AttentionHead, Mlp } from "./craft/component.ts";
import type { CraftBlock, CraftModel } from "./craft-model.ts";

/** One transformer layer: some heads, then at most one MLP. Either half may be empty. */
export interface Layer {
  readonly heads: readonly AttentionHead[];
  readonly mlp: Mlp | undefined;
}

/**
 * The blocks of a craft model as layers: each block takes the next half-layer of its kind.
 *
 * Only the order of the blocks counts, not their slots: empty slots leave no empty layers.
 */
export function arrangeLayers({ blocks }: CraftModel): readonly Layer[] {
  const layers: { heads: readonly AttentionHead[]; mlp: Mlp | undefined }[] = [];
  let last: CraftBlock["kind"] = "mlp";
  for (const block of blocks) {
    const fitsInLast = last === "attention" && block.kind === "mlp";
    if (!fitsInLast) layers.push({ heads: [], mlp: undefined });
    const layer = layers.at(-1)!;
    if (block.kind === "attention") layer.heads = block.heads;
    else layer.mlp = block.mlp;
    last = block.kind;
  }
  return Object.freeze(layers.map((layer) => Object.freeze(layer)));
}
