import type { ComputationalGraph, GraphDestination, GraphSource } from "../../circuit/index.ts";
import type { Key } from "../../rng/index.ts";
import type { Cut } from "../acdc/cut.ts";
import type { OrderMode } from "./order-mode.ts";

/** How the senders of a reader are ordered. */
export interface SenderOrder {
  /** Of the hook points that write. */
  readonly names: OrderMode;
  /** Of the heads at one hook point. */
  readonly indices: OrderMode;
  /** Draws random orders. */
  readonly key: Key;
}

/** The inputs of heads in the order in which they are visited: the reverse of that of computation. */
const INPUTS = ["v", "k", "q"] as const;

const latestFirst = <T extends { readonly node: { readonly head: number | null } }>(
  parts: readonly T[],
): T[] => parts.toSorted((a, b) => (b.node.head ?? 0) - (a.node.head ?? 0));

const hookOf = ({ node }: GraphSource) => node.hook;

function inMode<T>(mode: OrderMode, things: readonly T[], key: Key): T[] {
  if (mode === "random") return key.shuffled(things);
  return mode === "reverse" ? things.toReversed() : [...things];
}

/**
 * The sources before a reader as they are tested: by hook point, latest first, heads from the last; of
 * embeddings the tokens' first.
 */
function sendersOf(
  { sources }: ComputationalGraph,
  { depth, index }: GraphDestination,
  { names, indices, key }: SenderOrder,
): GraphSource[] {
  const own = key.fold(index);
  const before = sources.filter((source) => source.depth < depth);
  const hooks = [...new Set(before.toSorted((a, b) => b.depth - a.depth).map(hookOf))];
  return inMode(names, hooks, own.fold("names")).flatMap((hook) => {
    const group = latestFirst(before.filter((source) => hookOf(source) === hook));
    return inMode(indices, group, own.fold(hook));
  });
}

/**
 * What legacy ACDC tests, in its order: the output, then from the last block to the first the MLP, the
 * direct edges from the inputs of all heads to their values, keys and queries, and the edges into
 * value, key and query inputs; heads from the last to the first.
 *
 * A direct edge (`hook_q_input[h]` → `hook_q[h]`) that is removed gives the query its corrupted value:
 * the very value that it has when all edges into its input are removed. So it is the cut of these.
 */
export function legacyCuts(graph: ComputationalGraph, order: SenderOrder): Cut[] {
  const { destinations, edges } = graph;
  const edgeOf = new Map(
    edges.map(({ source, destination, index }) => [`${source}.${destination}`, index]),
  );
  const single = (to: GraphDestination): Cut[] =>
    sendersOf(graph, to, order).map((from) => ({
      destination: to.index,
      edges: [edgeOf.get(`${from.index}.${to.index}`)!],
    }));
  const direct = (to: GraphDestination): Cut => ({
    destination: to.index,
    edges: edges.filter(({ destination }) => destination === to.index).map(({ index }) => index),
  });
  const depths = [...new Set(destinations.map(({ depth }) => depth))].sort((a, b) => b - a);
  return depths.flatMap((depth) => {
    const readers = destinations.filter((to) => to.depth === depth);
    const heads = INPUTS.flatMap((input) =>
      latestFirst(readers.filter((reader) => reader.input === input)),
    );
    if (heads.length === 0) return readers.flatMap(single);
    return [...heads.map(direct), ...heads.flatMap(single)];
  });
}
