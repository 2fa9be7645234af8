import {
  type AttentionHead,
  type Component,
  combineMlps,
  type Mlp,
  spaceOfHead,
  spaceOfMlp,
} from "./craft/component.ts";
import type { Slots } from "./slots.ts";
import { type Space, spanOf } from "./space.ts";

/** Some heads that work at the same time, or one MLP; its output is added to the residual stream. */
export type CraftBlock =
  | { readonly kind: "attention"; readonly slot: number; readonly heads: readonly AttentionHead[] }
  | { readonly kind: "mlp"; readonly slot: number; readonly mlp: Mlp };

/** A transformer in named directions: blocks on one residual stream, one after the other. */
export interface CraftModel {
  /** What the blocks read and write. */
  readonly residual: Space;
  readonly blocks: readonly CraftBlock[];
}

/** The blocks of a program: the components of each slot side by side, slot by slot. */
export function buildCraftModel(
  components: ReadonlyMap<string, Component>,
  slots: Slots,
): CraftModel {
  const heads = new Map<number, AttentionHead[]>();
  const mlps = new Map<number, Mlp[]>();
  for (const [label, slot] of slots.byNode) {
    const component = components.get(label)!;
    if (component.kind !== "mlp") append(heads, slot, component.head);
    if (component.kind === "mlp") append(mlps, slot, component.mlp);
    if (component.kind === "attentionThenMlp") append(mlps, slot + 1, component.mlp);
  }
  const blocks: CraftBlock[] = [
    ...[...heads].map(([slot, list]) => ({ kind: "attention", slot, heads: list }) as const),
    ...[...mlps].map(([slot, list]) => ({ kind: "mlp", slot, mlp: combineMlps(list) }) as const),
  ];
  blocks.sort((a, b) => a.slot - b.slot);
  return Object.freeze({ residual: spanOf(blocks.map(spaceOfBlock)), blocks });
}

function append<T>(lists: Map<number, T[]>, slot: number, item: T): void {
  const list = lists.get(slot);
  if (list === undefined) lists.set(slot, [item]);
  else list.push(item);
}

function spaceOfBlock(block: CraftBlock): Space {
  return block.kind === "mlp" ? spaceOfMlp(block.mlp) : spanOf(block.heads.map(spaceOfHead));
}
