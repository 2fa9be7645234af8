import { type Circuit, type ComputationalGraph, circuitOf } from "../../circuit/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import { keepProbability } from "../masks/hard-concrete.ts";
import { edgeValues } from "../masks/masked-run.ts";
import type { MaskScheme } from "../masks/scheme.ts";
import { liveDestinations } from "../trials/reach.ts";

/** Edges whose value is above this are in the circuit. */
const KEEP_ABOVE = 0.5;

/**
 * What mask logits say about edges, `[edge]` in the order of the graph: `P(z > ½) = σ(θ)` of the masks,
 * as the scheme passes it on to edges.
 *
 * @param maskLogits θ, or θ + ε to look at one draw instead of the distribution: `[mask]`
 */
export function edgeProbabilities(
  scheme: MaskScheme,
  config: TransformerConfig,
  graph: ComputationalGraph,
  maskLogits: Float64Array,
): Float64Array {
  return edgeValues(scheme, config, graph, maskLogits.map(keepProbability));
}

/** The edges with a value above ½, without those into nodes that do not reach the output through others. */
export function extractCircuit(graph: ComputationalGraph, values: Float64Array): Circuit {
  const removed = Uint8Array.from(values, (value) => (value > KEEP_ABOVE ? 0 : 1));
  const isLive = liveDestinations(graph, removed);
  const kept = graph.edges.filter(
    ({ index, destination }) => removed[index] === 0 && isLive[destination]!,
  );
  return circuitOf(kept.map(({ edge }) => edge));
}
