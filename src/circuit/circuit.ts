import {
  compareNodes,
  type Edge,
  type EdgeTexts,
  edgeText,
  formatNode,
  type Node,
  parseNode,
} from "./node.ts";

/**
 * A circuit: an immutable directed graph of {@link Node}s.
 *
 * Both maps are keyed by canonical text and in canonical order (embeddings first, then block by
 * block), so two equal circuits print the same, whatever order they were built in. Every end of an
 * edge is in `nodes`. A value: build another one instead of changing it.
 */
export interface Circuit {
  /** `formatNode(node)` → node. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** `formatEdge(edge)` → edge. */
  readonly edges: ReadonlyMap<string, Edge>;
}

/** The circuit of these edges, their ends, and any further `nodes` (which may stay isolated). */
export function circuitOf(edges: Iterable<Edge>, nodes: Iterable<Node> = []): Circuit {
  const found = new Map<string, Node>();
  const texts = new Map<Node, string>();
  const add = (node: Node) => {
    if (texts.has(node)) return;
    const text = formatNode(node);
    texts.set(node, text);
    if (!found.has(text)) found.set(text, node);
  };
  for (const node of nodes) add(node);
  const all = [...edges];
  for (const [from, to] of all) {
    add(from);
    add(to);
  }
  const ordered = [...found].sort(([, a], [, b]) => compareNodes(a, b));
  const byText = new Map(ordered.map(([text], i) => [text, i]));
  const rank = new Map(Array.from(texts, ([node, text]) => [node, byText.get(text)!]));
  const count = ordered.length;
  const placed = new Map<number, Edge>();
  for (const edge of all) placed.set(rank.get(edge[0])! * count + rank.get(edge[1])!, edge);
  const places = Float64Array.from(placed.keys()).sort();
  return {
    nodes: new Map(ordered),
    edges: new Map(
      Array.from(places, (place) => {
        const [from, to] = [ordered[Math.floor(place / count)]![0], ordered[place % count]![0]];
        return [edgeText(from, to), placed.get(place)!];
      }),
    ),
  };
}

/** The circuit of `[from, to]` text pairs: the inverse of {@link edgeTexts}. `E_NODE` for bad texts. */
export function circuitFromTexts(
  edges: Iterable<EdgeTexts>,
  nodes: Iterable<string> = [],
): Circuit {
  const parsed = new Map<string, Node>();
  const nodeOf = (text: string): Node => {
    const node = parsed.get(text) ?? parseNode(text);
    parsed.set(text, node);
    return node;
  };
  return circuitOf(
    Array.from(edges, ([from, to]) => [nodeOf(from), nodeOf(to)] as const),
    Array.from(nodes, nodeOf),
  );
}

/** The edges as `[from, to]` texts, in canonical order. */
export function edgeTexts(circuit: Circuit): EdgeTexts[] {
  return Array.from(circuit.edges.values(), ([from, to]) => [formatNode(from), formatNode(to)]);
}

/** A circuit as documents hold it: canonical texts in canonical order. */
export interface CircuitTexts {
  readonly nodes: readonly string[];
  readonly edges: readonly EdgeTexts[];
}

/** The texts of a circuit. */
export function circuitTexts(circuit: Circuit): CircuitTexts {
  return { nodes: [...circuit.nodes.keys()], edges: edgeTexts(circuit) };
}

/** The circuit without nodes and edges. */
export const emptyCircuit: Circuit = circuitOf([]);

/** Nodes and edges of either circuit. */
export function union(a: Circuit, b: Circuit): Circuit {
  return circuitOf(
    [...a.edges.values(), ...b.edges.values()],
    [...a.nodes.values(), ...b.nodes.values()],
  );
}

/** Nodes and edges of both circuits. */
export function intersection(a: Circuit, b: Circuit): Circuit {
  return circuitOf(
    [...a.edges].filter(([text]) => b.edges.has(text)).map(([, edge]) => edge),
    [...a.nodes].filter(([text]) => b.nodes.has(text)).map(([, node]) => node),
  );
}

/** The edges of `a` that are not in `b`, with their ends; nodes that lose all edges go. */
export function difference(a: Circuit, b: Circuit): Circuit {
  return filterEdges(a, (_, text) => !b.edges.has(text));
}

/** The edges that satisfy `keep`, with their ends; nodes that lose all edges go. */
export function filterEdges(
  circuit: Circuit,
  keep: (edge: Edge, text: string) => boolean,
): Circuit {
  return circuitOf([...circuit.edges].filter(([text, edge]) => keep(edge, text)).map(([, e]) => e));
}

/** Whether every node and edge of `part` is in `whole`. */
export function isSubcircuit(part: Circuit, whole: Circuit): boolean {
  return (
    [...part.nodes.keys()].every((text) => whole.nodes.has(text)) &&
    [...part.edges.keys()].every((text) => whole.edges.has(text))
  );
}

/** Whether both circuits have the same nodes and edges. */
export function equalCircuits(a: Circuit, b: Circuit): boolean {
  return a.nodes.size === b.nodes.size && a.edges.size === b.edges.size && isSubcircuit(a, b);
}

/** The nodes no edge enters, in canonical order. */
export function sources(circuit: Circuit): Node[] {
  return endsWithout(circuit, 1);
}

/** The nodes no edge leaves, in canonical order. */
export function sinks(circuit: Circuit): Node[] {
  return endsWithout(circuit, 0);
}

/** The nodes that `node` (or its text) writes to directly. */
export function successors(circuit: Circuit, node: Node | string): Node[] {
  return neighbours(circuit, node, 0);
}

/** The nodes that `node` (or its text) reads from directly. */
export function predecessors(circuit: Circuit, node: Node | string): Node[] {
  return neighbours(circuit, node, 1);
}

function endsWithout(circuit: Circuit, end: 0 | 1): Node[] {
  const ends = new Set(Array.from(circuit.edges.values(), (edge) => edge[end]));
  const taken = new Set(Array.from(ends, formatNode));
  return [...circuit.nodes].filter(([text]) => !taken.has(text)).map(([, node]) => node);
}

function neighbours(circuit: Circuit, node: Node | string, end: 0 | 1): Node[] {
  const text = typeof node === "string" ? node : formatNode(node);
  return [...circuit.edges.values()]
    .filter((edge) => formatNode(edge[end]) === text)
    .map((edge) => edge[1 - end]!)
    .sort(compareNodes);
}
