import { acdcOrder, type ComputationalGraph } from "../../circuit/index.ts";
import { Key } from "../../rng/index.ts";

/**
 * The order in which ACDC visits the edges: canonical, or with a seed shuffled among the edges into
 * one sublayer.
 *
 * The original's order within a sublayer is that of a Python set, another one in every run; shuffles
 * show how much the circuit depends on it.
 */
export function visitingOrder(graph: ComputationalGraph, seed?: number): number[] {
  const canonical = acdcOrder(graph);
  if (seed === undefined) return canonical;
  const key = Key.fromSeed(seed).fold("acdc order");
  const depthOf = (edge: number) => graph.destinations[graph.edges[edge]!.destination]!.depth;
  return [...new Set(canonical.map(depthOf))].flatMap((depth) =>
    key.fold(depth).shuffled(canonical.filter((edge) => depthOf(edge) === depth)),
  );
}
