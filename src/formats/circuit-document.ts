import {
  type Circuit,
  type ComputationalGraph,
  circuitOf,
  dialects,
  formatEdge,
  formatNode,
  fullGraph,
  type Granularity,
  type GraphEdge,
  type GraphShape,
  graphCircuit,
  headEdges,
  type Node,
  type ScoreMap,
} from "../circuit/index.ts";

/** A circuit of a model, with what is needed to read it. */
export interface CircuitDocument {
  /** At the given granularity and part of the model's graph. */
  readonly circuit: Circuit;
  readonly granularity: Granularity;
  readonly shape: GraphShape;
  /** Width of the residual stream. EAP-IG cannot load a file without it; older files lack it. */
  readonly dModel: number | undefined;
  /** A score for every edge of the graph at this granularity, if the circuit comes from a ranking. */
  readonly scores: ScoreMap | undefined;
  /** A score for every node at head granularity, if nodes were ranked. Absent: they were not. */
  readonly nodeScores?: ScoreMap | undefined;
  /** How the circuit came about; JSON data. */
  readonly provenance: Readonly<Record<string, unknown>> | undefined;
}

export const CIRCUIT_SCHEMA = "interpbench/circuit@1";

/** An edge of the graph, and its name and ends in EAP-IG's spelling. */
interface NamedEdge {
  readonly edge: GraphEdge;
  readonly name: string;
  readonly from: string;
  /** The reader's name without `<q>`, `<k>`, `<v>`. */
  readonly to: string;
}

/** The graph of a document, in EAP-IG's spelling and at the document's granularity. */
export interface GraphView {
  readonly graph: ComputationalGraph;
  /** The graph's edges. */
  readonly named: readonly NamedEdge[];
  /** The graph at the document's granularity. */
  readonly whole: Circuit;
  /** The q/k/v edges that an edge at the document's granularity stands for, by their texts. */
  partsOf(text: string): readonly string[];
  /** The opposite; `undefined` for embeddings → output at head granularity. */
  wholeOf(text: string): string | undefined;
}

export function graphView(shape: GraphShape, granularity: Granularity): GraphView {
  const graph = fullGraph(shape);
  const fine = graphCircuit(graph);
  const named = namedEdges(graph);
  if (granularity === "qkv") {
    return { graph, named, whole: fine, partsOf: (text) => [text], wholeOf: (text) => text };
  }
  const coarse = headEdges(fine);
  const wholeOf = new Map(Array.from(coarse, ([text, edge]) => [text, formatEdge(edge)]));
  const parts = new Map<string, string[]>();
  for (const [text, whole] of wholeOf) {
    const known = parts.get(whole);
    if (known === undefined) parts.set(whole, [text]);
    else known.push(text);
  }
  return {
    graph,
    named,
    whole: circuitOf(coarse.values()),
    partsOf: (text) => parts.get(text) ?? [],
    wholeOf: (text) => wholeOf.get(text),
  };
}

function namedEdges({ sources, destinations, edges, shape }: ComputationalGraph): NamedEdge[] {
  const nameOf = (role: "writer" | "reader", { node }: { readonly node: Node }) =>
    dialects.eap.formatNode(node, role, shape);
  const writers = sources.map((source) => nameOf("writer", source));
  const readers = destinations.map((destination) => nameOf("reader", destination));
  const components = readers.map((name) => name.replace(/<[qkv]>$/, ""));
  return edges.map((edge) => {
    const from = writers[edge.source]!;
    const name = `${from}->${readers[edge.destination]!}`;
    return { edge, name, from, to: components[edge.destination]! };
  });
}

/** The output in EAP-IG's spelling. */
export const OUTPUT = "logits";

/** All nodes at head granularity, in EAP-IG's spelling and in ours. */
export function eapNodes({ sources, destinations, shape }: ComputationalGraph) {
  const writers = sources.map(({ node }) => ({
    name: dialects.eap.formatNode(node, "writer", shape),
    text: formatNode(node),
  }));
  return [...writers, { name: OUTPUT, text: formatNode(destinations.at(-1)!.node) }];
}
