import type { ComputationalGraph } from "../../circuit/index.ts";
import type { Removed } from "./removed.ts";

/** The index of each source by its depth and head. */
function sourceIndices({ sources }: ComputationalGraph): ReadonlyMap<string, number> {
  return new Map(sources.map(({ depth, node, index }) => [`${depth}.${node.head}`, index]));
}

/** Which sources still reach the output, `[source]`. */
export function liveSources(graph: ComputationalGraph, removed: Removed): boolean[] {
  const { sources, destinations, edges } = graph;
  const indices = sourceIndices(graph);
  const own = destinations.map(({ depth, node }) => indices.get(`${depth}.${node.head}`));
  const isLive = sources.map(() => false);
  // Edges are sorted by destination, and a head or MLP reads before others read it.
  for (const { index, source, destination } of edges.toReversed()) {
    const reader = own[destination];
    if (removed[index] === 0 && (reader === undefined || isLive[reader]!)) isLive[source] = true;
  }
  return isLive;
}

/**
 * Which destinations still reach the output, `[destination]`: those whose head or MLP has an intact
 * edge to one that does. What happens to edges into the others changes no output at all.
 */
export function liveDestinations(graph: ComputationalGraph, removed: Removed): boolean[] {
  const indices = sourceIndices(graph);
  const isLive = liveSources(graph, removed);
  return graph.destinations.map(({ depth, node }) => {
    const own = indices.get(`${depth}.${node.head}`);
    return own === undefined || isLive[own]!;
  });
}
