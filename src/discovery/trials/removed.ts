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
export const removedName = (hook: string): string => `removed:${hook}`;

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

/** Where the cut edges of a graph go in the scalars of a program. */
export interface RemovedSlots {
  readonly sizes: readonly (readonly [name: string, size: number])[];
  readonly slots: readonly { readonly edge: number; readonly name: string; readonly at: number }[];
}

/**
 * The places of all edges in the scalars `removed:<hook>`; the order of the source axis is that of
 * the graph's sources.
 */
export function removedSlots(graph: ComputationalGraph): RemovedSlots {
  const sizes = new Map<string, number>();
  const slots = graph.edges.map((edge) => {
    const { hook, at } = edgePlace(graph, edge);
    const name = removedName(hook);
    sizes.set(name, Math.max(sizes.get(name) ?? 0, at + 1));
    return { edge: edge.index, name, at };
  });
  return { sizes: [...sizes], slots };
}

/** The scalars `removed:<hook>` of a run in which `removed` is cut. */
export function removedScalars(
  { sizes, slots }: RemovedSlots,
  removed: Removed,
): Record<string, Float32Array> {
  const scalars = Object.fromEntries(sizes.map(([name, size]) => [name, new Float32Array(size)]));
  for (const { edge, name, at } of slots) scalars[name]![at] = removed[edge]!;
  return scalars;
}

/** A head's inputs. */
export const HEAD_INPUTS = ["q", "k", "v"] as const;
export type HeadInput = (typeof HEAD_INPUTS)[number];

/** Name of the scalar `[source]` with the cut edges into the query, key or value of one head. */
export const headRemovedName = (input: HeadInput): string => `removed:${input}`;

/** Scalar `[head]`: 1 for the head that is computed anew. */
export const HEAD_SWITCH = "on";

/** The scalars that choose a head of a block and the cut edges into it. */
export function headScalars(
  { shape, sources, destinations, edges }: ComputationalGraph,
  block: number,
  head: number,
  removed: Removed,
): Record<string, Float32Array> {
  const scalars: Record<string, Float32Array> = { [HEAD_SWITCH]: new Float32Array(shape.nHeads) };
  scalars[HEAD_SWITCH]![head] = 1;
  const reader = destinations.find((to) => to.block === block && to.node.head === head)!;
  const before = sources.filter(({ depth }) => depth < reader.depth).length;
  for (const input of HEAD_INPUTS) scalars[headRemovedName(input)] = new Float32Array(before);
  for (const { index, source, destination } of edges) {
    const to = destinations[destination]!;
    if (to.block !== block || to.node.head !== head) continue;
    scalars[headRemovedName(to.input as HeadInput)]![source] = removed[index]!;
  }
  return scalars;
}
