import type { ComputationalGraph } from "../../circuit/index.ts";
import type { Removed } from "./removed.ts";

/** The source that each destination's head or MLP is, `[destination]`; `undefined` for the output. */
const ownSources = new WeakMap<ComputationalGraph, readonly (number | undefined)[]>();

function ownSourcesOf(graph: ComputationalGraph): readonly (number | undefined)[] {
  const { sources, destinations } = graph;
  const known = ownSources.get(graph);
  if (known !== undefined) return known;
  const indices = new Map(
    sources.map(({ depth, node, index }) => [`${depth}.${node.head}`, index]),
  );
  const own = destinations.map(({ depth, node }) => indices.get(`${depth}.${node.head}`));
  ownSources.set(graph, own);
  return own;
}

/** Which sources still reach the output, `[source]`. */
export function liveSources(graph: ComputationalGraph, removed: Removed): boolean[] {
  const { sources, edges } = graph;
  const own = ownSourcesOf(graph);
  const isLive = sources.map(() => false);
  // Edges are sorted by destination, and a head or MLP reads before others read it.
  for (let index = edges.length - 1; index >= 0; index--) {
    const { source, destination } = edges[index]!;
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
  const isLive = liveSources(graph, removed);
  return ownSourcesOf(graph).map((own) => own === undefined || isLive[own]!);
}
