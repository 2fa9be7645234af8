import { InterpBenchError } from "../errors/index.ts";
import { type Circuit, circuitOf } from "./circuit.ts";
import { type ComputationalGraph, graphCircuit } from "./graph.ts";
import { formatEdge, formatNode } from "./node.ts";
import { headEdges } from "./prepare.ts";

/** Parts of a transformer that are put out of action together, by canonical texts. */
export interface Parts {
  /** What writes to the residual stream: a head's `attn.hook_result`, `hook_mlp_out`, the embeddings. */
  readonly nodes?: readonly string[];
  /** Edges of the graph, or edges between components, which into a head are three. */
  readonly edges?: readonly string[];
}

/**
 * What is left of a transformer without some parts: all edges of its graph but those out of the nodes, and
 * those that are named themselves. `E_CIRCUIT` for parts that it does not have.
 */
export function withoutParts(
  graph: ComputationalGraph,
  { nodes = [], edges = [] }: Parts,
): Circuit {
  const whole = graphCircuit(graph);
  const between = headEdges(whole);
  const betweenText = (text: string) => {
    const edge = between.get(text);
    return edge && formatEdge(edge);
  };
  const writers = new Set(graph.sources.map(({ node }) => formatNode(node)));
  const readings = new Set([...whole.edges.keys(), ...Array.from(between.values(), formatEdge)]);
  assertParts(nodes, writers, "a node that writes to the residual stream");
  assertParts(edges, readings, "an edge of the graph, or one between components");
  const [cutNodes, cutEdges] = [new Set(nodes), new Set(edges)];
  const kept = graph.edges.filter(
    ({ text, edge }) =>
      !cutNodes.has(formatNode(edge[0])) &&
      !cutEdges.has(text) &&
      !cutEdges.has(betweenText(text) ?? ""),
  );
  return circuitOf(
    kept.map(({ edge }) => edge),
    whole.nodes.values(),
  );
}

function assertParts(parts: readonly string[], known: ReadonlySet<string>, expected: string): void {
  const foreign = parts.find((part) => !known.has(part));
  if (foreign === undefined) return;
  throw new InterpBenchError("E_CIRCUIT", "the transformer has no such part", {
    received: foreign,
    expected,
  });
}
