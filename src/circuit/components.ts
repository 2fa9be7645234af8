import { type Circuit, filterEdges } from "./circuit.ts";
import { type ComputationalGraph, graphCircuit } from "./graph.ts";
import type { ScoreMap } from "./merge.ts";
import { formatNode, type Node } from "./node.ts";
import { isInput, isOutput, readerOf } from "./paths.ts";
import { headCircuit } from "./prepare.ts";
import { type ChosenEdges, takeLargest } from "./select.ts";

/** The components between embeddings and output, heads and MLPs, as what they write: by block. */
export function components(graph: ComputationalGraph): readonly Node[] {
  return graph.sources.map(({ node }) => node).filter((node) => !isEnd(formatNode(node)));
}

/**
 * A score for every node at head granularity from those of the components, `[component]` in the
 * order of {@link components}. Embeddings and output are in every circuit: their score is ∞.
 */
export function componentScores(graph: ComputationalGraph, values: ArrayLike<number>): ScoreMap {
  const own = new Map(components(graph).map((node, i) => [formatNode(node), values[i]!]));
  const all = headCircuit(graph.shape).nodes.keys();
  return new Map(Array.from(all, (text) => [text, own.get(text) ?? Number.POSITIVE_INFINITY]));
}

/** The heads and MLPs among a circuit's nodes, by text, at head granularity. */
export function componentsOf(circuit: Circuit): string[] {
  return [...circuit.nodes.keys()].filter((text) => !isEnd(text));
}

/** Whether a node's text names the embeddings or the output. */
const isEnd = (text: string) => isInput(text) || isOutput(text);

/**
 * What scores of nodes say about edges between them: an edge is in the circuit of some nodes if both
 * of its ends are, so that its score is the smaller of theirs. At the granularity of `whole`; what reads
 * by an edge is the component it enters.
 */
export function edgesByNodes(nodes: ScoreMap, whole: Circuit): ScoreMap {
  return new Map(
    Array.from(whole.edges, ([text, edge]) => {
      const ends = [formatNode(edge[0]), readerOf(edge)];
      return [text, Math.min(...ends.map((end) => nodes.get(end)!))];
    }),
  );
}

/** All edges of a circuit between some of its components, by the text of what these write, and its ends. */
export function circuitBetween(kept: ReadonlySet<string>, whole: Circuit): Circuit {
  const isKept = (text: string) => kept.has(text) || isEnd(text);
  return filterEdges(whole, (edge) => isKept(formatNode(edge[0])) && isKept(readerOf(edge)));
}

/**
 * The `count` components with the largest scores and all edges between them and the ends. Of equal ones
 * those that come first in `scores` are taken. `E_SCORE` if there are not so many, or a score is NaN.
 */
export function topComponents(
  scores: ScoreMap,
  count: number,
  graph: ComputationalGraph,
): ChosenEdges {
  const own = new Map([...scores].filter(([text]) => !isEnd(text)));
  const { taken, tie } = takeLargest(own, count, "nodes");
  return { circuit: circuitBetween(new Set(taken), graphCircuit(graph)), tie };
}
