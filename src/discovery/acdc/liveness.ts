import type { ComputationalGraph } from "../../circuit/index.ts";
import type { Removed } from "../ablation/removed.ts";

/**
 * Which destinations still reach the output, `[destination]`: those whose head or MLP has an intact
 * edge to one that does. What happens to edges into the others changes no output at all.
 */
export function liveDestinations(graph: ComputationalGraph, removed: Removed): boolean[] {
  const { sources, destinations, edges } = graph;
  const place = ({ depth, node }: { depth: number; node: { head: number | null } }) =>
    `${depth}.${node.head ?? ""}`;
  const sourceAt = new Map(sources.map((source) => [place(source), source.index]));
  const isLive = sources.map(() => false);
  const reaches = (index: number) => {
    const destination = destinations[index]!;
    if (destination.input === "output") return true;
    return isLive[sourceAt.get(place(destination))!]!;
  };
  // Edges are sorted by destination, and a destination's part of the model comes before its readers.
  for (const { index, source, destination } of edges.toReversed()) {
    if (removed[index] === 0 && reaches(destination)) isLive[source] = true;
  }
  return destinations.map(({ index }) => reaches(index));
}
