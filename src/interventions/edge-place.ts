import type { ComputationalGraph, GraphEdge } from "../circuit/index.ts";
import type { DestinationHook } from "../transformer/index.ts";

/** Where an edge is among the tensors that hold a value for every edge. */
export interface EdgePlace {
  readonly hook: DestinationHook;
  /** In the row-major tensor of the hook. */
  readonly at: number;
}

/**
 * The place of an edge in tensors by destination hook point, `[source, head]` for q, k and v inputs
 * and `[source]` for others: those of `edgeMaskShapes`.
 */
export function edgePlace({ shape }: ComputationalGraph, { source, edge }: GraphEdge): EdgePlace {
  const { hook, head } = edge[1];
  return {
    hook: hook as DestinationHook,
    at: head === null ? source : source * shape.nHeads + head,
  };
}
