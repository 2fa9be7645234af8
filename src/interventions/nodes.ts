import type { Node } from "../circuit/index.ts";
import {
  type HookName,
  headAxis,
  nodeHooks,
  type SwitchedNode,
  type TransformerConfig,
} from "../transformer/index.ts";

/** A node that can be patched in a transformer: its hook is one of the transformer's. */
export type ModelNode = SwitchedNode;

/**
 * All nodes of a low-level model: per layer the heads' `attn.hook_result`, then `mlp.hook_post`.
 * Embeddings, queries, keys, values and the residual stream are no nodes.
 */
export function lowLevelNodes(config: TransformerConfig): ModelNode[] {
  return nodeHooks(config).flatMap((hook): ModelNode[] =>
    headAxis(hook) === undefined
      ? [{ hook, head: null }]
      : Array.from({ length: config.nHeads }, (_, head) => ({ hook, head })),
  );
}

/** Whether two nodes share activations: one hook, and the same head or all of them. */
export function overlap(a: Node, b: Node): boolean {
  return a.hook === b.hook && (a.head === null || b.head === null || a.head === b.head);
}

/** The nodes as nodes of a model whose correspondence has been checked. */
export function asModelNodes(nodes: readonly Node[]): ModelNode[] {
  return nodes.map(({ hook, head }) => ({ hook: hook as HookName, head }));
}

/** The hook points at which some of the nodes lie, each once. */
export function hooksOf(nodes: readonly ModelNode[]): HookName[] {
  return [...new Set(nodes.map(({ hook }) => hook))];
}
