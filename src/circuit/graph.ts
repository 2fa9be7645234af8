import { InterpBenchError } from "../errors/index.ts";
import { type Circuit, circuitOf } from "./circuit.ts";
import { type Edge, edgeText, formatNode, type Node } from "./node.ts";

/** What decides the computational graph of a transformer; a `TransformerConfig` is one. */
export interface GraphShape {
  readonly nLayers: number;
  readonly nHeads: number;
  /** No MLPs; default false. */
  readonly attnOnly?: boolean;
  /**
   * Token and position embeddings as sources of their own, `hook_embed` and `hook_pos_embed`, in place of
   * `blocks.0.hook_resid_pre`; default false. Circuits are compared with them merged.
   */
  readonly separateEmbeddings?: boolean;
}

/** Writes to the residual stream: the embeddings, a head, an MLP. */
export interface GraphSource {
  readonly index: number;
  readonly node: Node;
  /**
   * Position in the sequence of computations: 0 for the embeddings, 2b + 1 and 2b + 2 for
   * the heads and MLP of block b.
   */
  readonly depth: number;
}

/** Reads from the residual stream: a head's query, key or value input, an MLP, the output. */
export interface GraphDestination {
  readonly index: number;
  readonly node: Node;
  readonly depth: number;
  /** The block it belongs to; the output belongs to the last one. */
  readonly block: number;
  readonly input: "q" | "k" | "v" | "mlp" | "output";
}

/** A connection a discovery algorithm can keep or remove. */
export interface GraphEdge {
  readonly index: number;
  /** Index in `sources`. */
  readonly source: number;
  /** Index in `destinations`. */
  readonly destination: number;
  readonly edge: Edge;
  /** `formatEdge(edge)`. */
  readonly text: string;
}

/** The ends of the edges of a computational graph. */
export interface GraphEnds {
  readonly shape: GraphShape;
  /** Embeddings, then per block its heads and its MLP. */
  readonly sources: readonly GraphSource[];
  /** Per block and head query, key, value; then the MLP; at last the output. */
  readonly destinations: readonly GraphDestination[];
}

/** The computational graph of a transformer with separate query, key and value inputs. */
export interface ComputationalGraph extends GraphEnds {
  /** By destination, within one by source. */
  readonly edges: readonly GraphEdge[];
  /** Edge text → index in `edges`. */
  readonly indexOf: ReadonlyMap<string, number>;
}

/** What writes and what reads in {@link fullGraph}, whose edges are many more. `E_SHAPE` as there. */
export function graphEnds(shape: GraphShape): GraphEnds {
  assertShape(shape);
  const { nLayers, nHeads, attnOnly = false, separateEmbeddings = false } = shape;
  const stages = attnOnly ? 1 : 2;
  const sources: GraphSource[] = [];
  const destinations: GraphDestination[] = [];
  const addSource = (hook: string, head: number | null, depth: number) =>
    sources.push({ index: sources.length, node: { hook, head }, depth });
  const addDestination = (
    hook: string,
    head: number | null,
    at: Pick<GraphDestination, "depth" | "block" | "input">,
  ) => destinations.push({ index: destinations.length, node: { hook, head }, ...at });

  const embeddings = separateEmbeddings
    ? ["hook_embed", "hook_pos_embed"]
    : ["blocks.0.hook_resid_pre"];
  for (const hook of embeddings) addSource(hook, null, 0);
  for (let block = 0; block < nLayers; block++) {
    const depth = stages * block + 1;
    for (let head = 0; head < nHeads; head++) {
      addSource(`blocks.${block}.attn.hook_result`, head, depth);
      for (const input of ["q", "k", "v"] as const) {
        addDestination(`blocks.${block}.hook_${input}_input`, head, { depth, block, input });
      }
    }
    if (attnOnly) continue;
    addSource(`blocks.${block}.hook_mlp_out`, null, depth + 1);
    addDestination(`blocks.${block}.hook_mlp_in`, null, { depth: depth + 1, block, input: "mlp" });
  }
  const block = nLayers - 1;
  const depth = stages * nLayers + 1;
  addDestination(`blocks.${block}.hook_resid_post`, null, { depth, block, input: "output" });
  return { shape, sources, destinations };
}

/** Graphs that were made, as long as somebody has their shape. */
const graphs = new WeakMap<GraphShape, ComputationalGraph>();

/**
 * The computational graph of a transformer: an edge u → v wherever u is computed before v.
 *
 * Sources are `blocks.0.hook_resid_pre` (both embeddings together), `blocks.b.attn.hook_result[h]`
 * and `blocks.b.hook_mlp_out`; destinations `blocks.b.hook_{q,k,v}_input[h]`,
 * `blocks.b.hook_mlp_in` and the last `hook_resid_post`. The direct edge from embeddings to output
 * exists; edges inside a head or MLP do not. 2 layers of 4 heads give 110 edges, 6 give 1108.
 *
 * The factorised graph of ACDC, AutoCircuit, EAP-IG and MIB. The same shape has the same graph, which is made once.
 * `E_SHAPE` for no layers or no heads.
 */
export function fullGraph(shape: GraphShape): ComputationalGraph {
  const graph = graphs.get(shape) ?? makeGraph(shape);
  graphs.set(shape, graph);
  return graph;
}

function makeGraph(shape: GraphShape): ComputationalGraph {
  const { sources, destinations } = graphEnds(shape);
  const edges: GraphEdge[] = [];
  const writers = sources.map(({ node }) => formatNode(node));
  for (const to of destinations) {
    const reader = formatNode(to.node);
    for (const from of sources) {
      if (from.depth >= to.depth) break;
      edges.push({
        index: edges.length,
        source: from.index,
        destination: to.index,
        edge: [from.node, to.node],
        text: edgeText(writers[from.index]!, reader),
      });
    }
  }
  const indexOf = new Map(edges.map((edge) => [edge.text, edge.index]));
  return { shape, sources, destinations, edges, indexOf };
}

/** How many edges {@link fullGraph} has, without making it. `E_SHAPE` as there. */
export function countEdges(shape: GraphShape): number {
  assertShape(shape);
  const { nLayers, nHeads, attnOnly = false, separateEmbeddings = false } = shape;
  const mlps = attnOnly ? 0 : 1;
  const embeddings = separateEmbeddings ? 2 : 1;
  // Block b comes after e + b·(heads + mlps) sources; 3 readers a head, one an MLP, one the output.
  const pairs = (nLayers * (nLayers - 1)) / 2;
  const before = embeddings * nLayers + pairs * (nHeads + mlps);
  const intoOutput = embeddings + nLayers * (nHeads + mlps);
  return before * (3 * nHeads + mlps) + nLayers * nHeads * mlps + intoOutput;
}

const circuits = new WeakMap<ComputationalGraph, Circuit>();

/** All edges of the graph as a circuit, which is made once. */
export function graphCircuit(graph: ComputationalGraph): Circuit {
  const circuit = circuits.get(graph) ?? circuitOf(graph.edges.map(({ edge }) => edge));
  circuits.set(graph, circuit);
  return circuit;
}

/**
 * The indices of all edges in the canonical order in which ACDC visits them: destinations from the
 * output back to the first block, within a block the MLP, then the last head first with query, key,
 * value; within a destination the latest source first.
 *
 * The original visits the edges of one depth in the order of a Python set, which differs from run
 * to run; this order follows legacy ACDC's habit of testing late senders first.
 */
export function acdcOrder(graph: ComputationalGraph): number[] {
  const rank = ({ destination }: GraphEdge) => graph.destinations[destination]!;
  return [...graph.edges]
    .sort((a, b) => {
      const [to, other] = [rank(a), rank(b)];
      return (
        other.depth - to.depth ||
        (other.node.head ?? 0) - (to.node.head ?? 0) ||
        to.index - other.index ||
        b.source - a.source
      );
    })
    .map((edge) => edge.index);
}

function assertShape({ nLayers, nHeads }: GraphShape): void {
  for (const [name, value] of Object.entries({ nLayers, nHeads })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new InterpBenchError("E_SHAPE", `${name} is no possible count`, {
        expected: "an integer of at least 1",
        received: String(value),
      });
    }
  }
}
