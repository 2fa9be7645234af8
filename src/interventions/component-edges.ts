import {
  type ComputationalGraph,
  edgeText,
  formatNode,
  type GraphDestination,
  graphCircuit,
  headEdges,
} from "../circuit/index.ts";
import {
  blockHook,
  type DestinationHook,
  type ResidualHook,
  type SourceHook,
} from "../transformer/index.ts";

/** The inputs of one sublayer: of the heads of a block, of its MLP, or of the output. */
export interface Readers {
  /** Where a run starts in which only edges into them are cut. */
  readonly start: ResidualHook;
  /** The hook points at which they read. */
  readonly hooks: readonly DestinationHook[];
  /** Heads, where each reads for itself. */
  readonly heads: number | undefined;
  /** The hook points that write what they read. */
  readonly sources: readonly SourceHook[];
  /** How many sources that are. */
  readonly before: number;
}

/** The readers that a destination of the graph is one of. */
export function readersOf(
  { shape, sources }: ComputationalGraph,
  { depth, block, input }: GraphDestination,
): Readers {
  const before = sources.filter((source) => source.depth < depth);
  const written = [...new Set(before.map(({ node }) => node.hook as SourceHook))];
  const shared = { sources: written, before: before.length };
  switch (input) {
    case "output":
      return {
        ...shared,
        start: blockHook(block, "hook_resid_post"),
        hooks: [blockHook(block, "hook_resid_post")],
        heads: undefined,
      };
    case "mlp":
      return {
        ...shared,
        start: blockHook(block, "hook_resid_mid"),
        hooks: [blockHook(block, "hook_mlp_in")],
        heads: undefined,
      };
    default:
      return {
        ...shared,
        start: blockHook(block, "hook_resid_pre"),
        hooks: (["q", "k", "v"] as const).map((which) => blockHook(block, `hook_${which}_input`)),
        heads: shape.nHeads,
      };
  }
}

/** An edge between components: into a head query, key and value together. */
export interface ComponentEdge {
  /** `blocks.0.attn.hook_result[1]->blocks.0.hook_mlp_out`. */
  readonly text: string;
  readonly readers: Readers;
  /** Its writer's place among the sources of the graph. */
  readonly source: number;
  /** Its place among the edges into its readers: `[source, head]`, or `[source]`. */
  readonly at: number;
  /** Whether circuits are asked about it: all but embeddings → output. */
  readonly isScored: boolean;
}

/** All edges between components of a transformer; {@link Readers} of one sublayer are one value. */
export function componentEdges(graph: ComputationalGraph): readonly ComponentEdge[] {
  const names = headEdges(graphCircuit(graph));
  const readers = new Map<number, Readers>();
  return graph.edges.flatMap((edge): ComponentEdge[] => {
    const to = graph.destinations[edge.destination]!;
    // Key and value have the same edges.
    if (to.input === "k" || to.input === "v") return [];
    const own = readers.get(to.depth) ?? readersOf(graph, to);
    readers.set(to.depth, own);
    const scored = names.get(edge.text);
    const [writer, reader] = scored ?? edge.edge;
    return [
      {
        text: edgeText(formatNode(writer), formatNode(reader)),
        readers: own,
        source: edge.source,
        isScored: scored !== undefined,
        at: own.heads === undefined ? edge.source : edge.source * own.heads + to.node.head!,
      },
    ];
  });
}
