import type { ComputationalGraph } from "../../circuit/index.ts";
import { scalar, type Tensor } from "../../engine/index.ts";
import { edgePlace } from "../../interventions/index.ts";
import {
  type DestinationHook,
  edgeMaskShapes,
  type TransformerConfig,
} from "../../transformer/index.ts";

/** Which edges are cut, `[edge]` in the order of the graph: 1 = cut, 0 = intact. */
export type Removed = Uint8Array;

/** The scalar input with the cut edges of a destination hook point: `removed:<hook>`. */
const removedName = (hook: string): string => `removed:${hook}`;

/**
 * Scalar inputs `removed:<hook>`, `[source, head]` for q, k and v inputs and `[source]` for others:
 * 1 where the edge is cut. The source axis begins with the embeddings.
 */
export function removedInputs(
  config: TransformerConfig,
  hooks: readonly DestinationHook[],
  { embeddings }: { readonly embeddings: readonly unknown[] },
): ReadonlyMap<DestinationHook, Tensor> {
  const shapes = edgeMaskShapes(config);
  const scalarAt = (hook: DestinationHook) => {
    const [sources = 0, ...heads] = shapes.get(hook)!;
    return scalar(removedName(hook), [sources - 1 + embeddings.length, ...heads]);
  };
  return new Map(hooks.map((hook) => [hook, scalarAt(hook)]));
}

/** Scalars of a run by name: the edge at each of its places. */
export type RemovedSlots = ReadonlyMap<string, readonly number[]>;

/**
 * The places of all edges in the scalars `removed:<hook>`; the order of the source axis is that of
 * the graph's sources.
 */
export function removedSlots(graph: ComputationalGraph): RemovedSlots {
  const slots = new Map<string, number[]>();
  for (const edge of graph.edges) {
    const { hook, at } = edgePlace(graph, edge);
    const name = removedName(hook);
    const places = slots.get(name) ?? [];
    places[at] = edge.index;
    slots.set(name, places);
  }
  return slots;
}

/** What is cut of the edges at some places: 1 = cut, 0 = intact. */
export function removedAt(places: readonly number[], removed: Removed): Float32Array {
  const cut = new Float32Array(places.length);
  for (let at = 0; at < places.length; at++) cut[at] = removed[places[at]!]!;
  return cut;
}

/** A head's inputs. */
export const HEAD_INPUTS = ["q", "k", "v"] as const;
export type HeadInput = (typeof HEAD_INPUTS)[number];

/** Name of the scalar `[source]` with the cut edges into the query, key or value of one head. */
export const headRemovedName = (input: HeadInput): string => `removed:${input}`;

/** Scalar `[head]`: 1 for the head that is computed anew. */
export const HEAD_SWITCH = "on";

/** The places of the edges into a head of a block in its scalars {@link headRemovedName}. */
export function headSlots(
  { destinations, edges }: ComputationalGraph,
  block: number,
  head: number,
): RemovedSlots {
  const slots = new Map<string, number[]>();
  for (const { index, source, destination } of edges) {
    const to = destinations[destination]!;
    if (to.block !== block || to.node.head !== head) continue;
    const name = headRemovedName(to.input as HeadInput);
    const places = slots.get(name) ?? [];
    places[source] = index;
    slots.set(name, places);
  }
  return slots;
}

/** The scalar {@link HEAD_SWITCH} that chooses one of `heads`. */
export function headSwitch(heads: number, head: number): Float32Array {
  const on = new Float32Array(heads);
  on[head] = 1;
  return on;
}
