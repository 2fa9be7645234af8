import { type Circuit, circuitOf, sinks, sources } from "./circuit.ts";
import { type ComputationalGraph, fullGraph, type GraphShape, graphCircuit } from "./graph.ts";
import { type Edge, formatNode, type Node } from "./node.ts";

const EMBEDDINGS = new Set(["hook_embed", "hook_pos_embed"]);
const RESIDUAL = new Set(["hook_resid_pre", "hook_resid_post"]);
/** Hooks inside a head or MLP: edges that leave them do not connect components. */
const INTERNAL = new Set([
  "hook_q_input",
  "hook_k_input",
  "hook_v_input",
  "hook_q",
  "hook_k",
  "hook_v",
  "hook_mlp_in",
]);

const lastPart = (node: Node) => node.hook.slice(node.hook.lastIndexOf(".") + 1);

/**
 * What each edge of a circuit becomes at head granularity: edge text → edge between components.
 * Edges that do not survive are absent; several edges may become the same one.
 *
 * In this order: an edge is dropped if it leaves a node inside a component
 * (`hook_{q,k,v}_input`, `hook_{q,k,v}`, `hook_mlp_in`); if it leads from an embedding into the
 * residual stream; if it leaves a residual node that has predecessors, or leads from one residual
 * node to another; if it enters a residual node that is no sink. Then embeddings are renamed to
 * `blocks.0.hook_resid_pre`, and readers to the output of their component
 * (`hook_{q,k,v}_input[h]` → `attn.hook_result[h]`, `hook_mlp_in` → `hook_mlp_out`).
 */
export function headEdges(circuit: Circuit): Map<string, Edge> {
  const isSource = new Set(sources(circuit).map(formatNode));
  const isSink = new Set(sinks(circuit).map(formatNode));
  const facts = new Map<Node, EndFacts>();
  const factsOf = (node: Node): EndFacts => {
    const known = facts.get(node);
    if (known !== undefined) return known;
    const text = formatNode(node);
    const last = lastPart(node);
    const found = {
      isInternal: INTERNAL.has(last),
      isEmbedding: EMBEDDINGS.has(last),
      isResidual: RESIDUAL.has(last),
      isSource: isSource.has(text),
      isSink: isSink.has(text),
      asWriter: mergeEmbeddings(node),
      asReader: promoteReader(node),
    };
    facts.set(node, found);
    return found;
  };
  const result = new Map<string, Edge>();
  for (const [text, edge] of circuit.edges) {
    const [from, to] = [factsOf(edge[0]), factsOf(edge[1])];
    if (from.isInternal) continue;
    if (from.isEmbedding && to.isResidual) continue;
    if (from.isResidual && (!from.isSource || to.isResidual)) continue;
    if (to.isResidual && !to.isSink) continue;
    result.set(text, [from.asWriter, to.asReader]);
  }
  return result;
}

/** What decides whether and as what an edge survives, of either end. */
interface EndFacts {
  readonly isInternal: boolean;
  readonly isEmbedding: boolean;
  readonly isResidual: boolean;
  readonly isSource: boolean;
  readonly isSink: boolean;
  readonly asWriter: Node;
  readonly asReader: Node;
}

/**
 * The circuit at head granularity, as circuits are scored: the edges of {@link headEdges} and
 * their ends.
 *
 * Queries, keys and values are merged (an edge into a head is there if any of the three is), so are
 * token and position embeddings, and the direct path from embeddings to output is never scored.
 * Idempotent.
 */
export function prepareForEvaluation(circuit: Circuit): Circuit {
  return circuitOf(headEdges(circuit).values());
}

/**
 * The full graph at head granularity: {@link prepareForEvaluation} of all edges. 2 layers of 4
 * heads give 12 nodes and 53 edges, 6 give 32 and 459.
 */
export function headCircuit(shape: GraphShape): Circuit {
  return prepareForEvaluation(graphCircuit(fullGraph(shape)));
}

/**
 * The opposite projection: all edges of the graph that become an edge of the given circuit of head
 * granularity, so an edge into a head returns as three. {@link headCircuit} of the graph's shape gives
 * all edges but embeddings → output.
 */
export function expandToQkv(circuit: Circuit, graph: ComputationalGraph): Circuit {
  const wanted = new Set(circuit.edges.keys());
  const whole = graphCircuit(graph);
  const kept: Edge[] = [];
  for (const [text, [from, to]] of headEdges(whole)) {
    if (wanted.has(`${formatNode(from)}->${formatNode(to)}`)) kept.push(whole.edges.get(text)!);
  }
  return circuitOf(kept);
}

function mergeEmbeddings(node: Node): Node {
  return EMBEDDINGS.has(lastPart(node)) ? { hook: "blocks.0.hook_resid_pre", head: null } : node;
}

/** The output of the component that a reader belongs to; other nodes stand for themselves. */
export function promoteReader({ hook, head }: Node): Node {
  return {
    hook: hook
      .replace(/hook_[qkv]_input$/, "attn.hook_result")
      .replace(/hook_mlp_in$/, "hook_mlp_out"),
    head,
  };
}
