import * as z from "zod/mini";
import {
  assertScores,
  type Circuit,
  type ComputationalGraph,
  circuitFromTexts,
  circuitOf,
  countEdges,
  dialects,
  edgeTexts,
  formatEdge,
  formatNode,
  fullGraph,
  type Granularity,
  type GraphEdge,
  type GraphShape,
  graphCircuit,
  headCircuit,
  headEdges,
  isSubcircuit,
  type Node,
  prepareForEvaluation,
  type ScoreMap,
} from "../circuit/index.ts";
import { InterpBenchError, unknownNameError } from "../errors/index.ts";
import { checkSchema, jsonNumber, parseJson } from "./json.ts";

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

const SCHEMA = "interpbench/circuit@1";

const flag = z.looseObject({ in_graph: z.boolean() });
/** NaN is EAP-IG's score of nodes that are always kept. */
const nodeFlag = z.extend(flag, {
  score: z.nullish(z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])])),
});
const score = z.nullish(z.union([z.number(), z.literal([Infinity, -Infinity])]));
const circuitFile = z.looseObject({
  schema: z.optional(z.literal(SCHEMA)),
  cfg: z.looseObject({
    n_layers: z.int().check(z.gte(1)),
    n_heads: z.int().check(z.gte(1)),
    d_model: z.optional(z.int().check(z.gte(1))),
    attn_only: z.optional(z.boolean()),
    parallel_attn_mlp: z.optional(z.literal(false)),
  }),
  nodes: z.record(z.string(), z.union([z.boolean(), nodeFlag])),
  edges: z.record(z.string(), z.extend(flag, { score })),
  granularity: z.optional(z.enum(["qkv", "head"])),
  scored: z.optional(z.boolean()),
  circuit: z.optional(
    z.strictObject({
      nodes: z.array(z.string()),
      edges: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
  provenance: z.optional(z.record(z.string(), z.unknown())),
});

type CircuitFile = z.output<typeof circuitFile>;

/**
 * Writes `circuit.json`: the graph JSON of EAP-IG and MIB (`cfg`, `nodes`, `edges` with `in_graph`
 * and `score`, which those tools load as it is; `score` of nodes where they were ranked), plus the circuit in canonical
 * names, granularity and provenance.
 *
 * At head granularity an edge into a head stands for its query, key and value edge. Infinite scores
 * are written as ±1e999, which JSON readers take for infinite. The same document gives the same
 * text. `E_CIRCUIT` if the circuit is no part of the graph, `E_SCORE` if the scores do not fit it.
 */
export function encodeCircuit(document: CircuitDocument): string {
  const { circuit, granularity, shape, dModel, scores, nodeScores, provenance } = document;
  const view = graphView(shape, granularity);
  if (!isSubcircuit(circuit, view.whole)) {
    throw new InterpBenchError("E_CIRCUIT", "the circuit is not part of the model's graph", {
      expected: `nodes and edges of a ${granularity} graph of ${shape.nLayers} layers, ${shape.nHeads} heads`,
      received: [...circuit.edges.keys(), ...circuit.nodes.keys()].find(
        (text) => !view.whole.edges.has(text) && !view.whole.nodes.has(text),
      ),
      hint: "Use prepareForEvaluation for circuits with embedding or inner nodes.",
    });
  }
  if (scores !== undefined) assertScores(scores, view.whole.edges);
  if (nodeScores !== undefined) assertScores(nodeScores, headCircuit(shape).nodes, "nodes");
  const kept = new Set([...circuit.edges.keys()].flatMap((text) => view.partsOf(text)));
  const partScore = (text: string) => scores?.get(view.wholeOf(text) ?? "") ?? 0;
  const edges = view.named.map(({ name, edge: { text } }) => {
    const value = `{"score":${jsonNumber(partScore(text))},"in_graph":${kept.has(text)}}`;
    return [name, value] as const;
  });
  const touched = new Set(
    view.named.filter(({ edge }) => kept.has(edge.text)).flatMap(({ from, to }) => [from, to]),
  );
  const nodes = eapNodes(view.graph).map(({ name, text }) => {
    const included = name === OUTPUT || touched.has(name);
    const score = nodeScores === undefined ? "" : `"score":${jsonNumber(nodeScores.get(text)!)},`;
    return [name, `{${score}"in_graph":${included}}`] as const;
  });
  const cfg = {
    n_layers: shape.nLayers,
    n_heads: shape.nHeads,
    parallel_attn_mlp: false,
    ...(dModel === undefined ? {} : { d_model: dModel }),
    ...(shape.attnOnly === true ? { attn_only: true } : {}),
  };
  return `${lines([
    ["schema", JSON.stringify(SCHEMA)],
    ["granularity", JSON.stringify(granularity)],
    ["scored", String(scores !== undefined)],
    ["cfg", JSON.stringify(cfg)],
    [
      "circuit",
      lines(
        [
          ["nodes", JSON.stringify([...circuit.nodes.keys()])],
          ["edges", list(edgeTexts(circuit).map((edge) => JSON.stringify(edge)))],
        ],
        1,
      ),
    ],
    ["nodes", lines(nodes, 1)],
    ["edges", lines(edges, 1)],
    ...(provenance === undefined ? [] : [["provenance", JSON.stringify(provenance)] as const]),
  ])}\n`;
}

/**
 * Reads `circuit.json`: ours, or a graph JSON of EAP-IG or MIB (query, key and value edges; edges
 * that are not listed have score 0 and are not in the circuit, as there).
 *
 * `E_JSON` or `E_CIRCUIT_FILE` with the path in `at`: a missing or malformed part, a name that is
 * not in the graph, a circuit that contradicts the `in_graph` flags, and, before the graph is made,
 * sizes of a graph much larger than the file could describe.
 */
export function decodeCircuit(text: string, at = "circuit.json"): CircuitDocument {
  const file = checkSchema(circuitFile, parseJson(text, at), "E_CIRCUIT_FILE", at);
  const shape: GraphShape = {
    nLayers: file.cfg.n_layers,
    nHeads: file.cfg.n_heads,
    ...(file.cfg.attn_only === true ? { attnOnly: true } : {}),
  };
  assertDescribable(shape, text.length, at);
  const granularity = file.granularity ?? "qkv";
  const view = graphView(shape, granularity);
  const nodeNames = eapNodes(view.graph).map(({ name }) => name);
  assertNames("node", Object.keys(file.nodes), nodeNames, at);
  const given = new Map(Object.entries(file.edges));
  assertNames(
    "edge",
    [...given.keys()],
    view.named.map(({ name }) => name),
    at,
  );
  const flagged = circuitOf(
    view.named
      .filter(({ name }) => given.get(name)?.in_graph === true)
      .map(({ edge }) => edge.edge),
  );
  return {
    circuit: readCircuit(file, flagged, view, at),
    granularity,
    shape,
    dModel: file.cfg.d_model,
    scores: file.scored === false ? undefined : readScores(given, view, at),
    ...readNodeScores(file, view),
    provenance: file.provenance,
  };
}

/** Scores of nodes, if any has one; those without are always kept. */
function readNodeScores(
  { nodes }: CircuitFile,
  { graph }: GraphView,
): Pick<CircuitDocument, "nodeScores"> {
  const scoreOf = (name: string) => {
    const node = nodes[name];
    return typeof node === "object" ? node.score : undefined;
  };
  const named = eapNodes(graph);
  if (!named.some(({ name }) => typeof scoreOf(name) === "number")) return {};
  const known = new Map(
    named.map(({ name, text }) => {
      const score = scoreOf(name) ?? Number.NaN;
      return [text, Number.isNaN(score) ? Number.POSITIVE_INFINITY : score];
    }),
  );
  const ordered = headCircuit(graph.shape).nodes.keys();
  return { nodeScores: new Map(Array.from(ordered, (text) => [text, known.get(text)!])) };
}

/** Graphs of so many edges are made whatever the size of the file (GPT-2 small has 32,491). */
const ALWAYS_MADE = 50_000;
/** No edge takes fewer characters: `"input->m0":{"in_graph":true}`. */
const EDGE_LENGTH = 29;

/** Throws if a file of so many characters could not list the edges of such a graph. */
function assertDescribable(shape: GraphShape, length: number, at: string): void {
  const count = countEdges(shape);
  const most = Math.max(ALWAYS_MADE, Math.floor(length / EDGE_LENGTH));
  if (count <= most) return;
  throw new InterpBenchError("E_CIRCUIT_FILE", "the model is too large for a file of this size", {
    at: `${at}: cfg`,
    expected: `layers and heads with at most ${most} edges`,
    received: `${shape.nLayers} layers of ${shape.nHeads} heads: ${count} edges`,
    hint: "Large graphs are read from files that list all their edges, as EAP-IG writes them.",
  });
}

/** An edge of the graph, and its name and ends in EAP-IG's spelling. */
interface NamedEdge {
  readonly edge: GraphEdge;
  readonly name: string;
  readonly from: string;
  /** The reader's name without `<q>`, `<k>`, `<v>`. */
  readonly to: string;
}

interface GraphView {
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

function graphView(shape: GraphShape, granularity: Granularity): GraphView {
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

function readCircuit(file: CircuitFile, flagged: Circuit, view: GraphView, at: string): Circuit {
  const fromFlags = file.granularity === "head" ? prepareForEvaluation(flagged) : flagged;
  const contradiction = (received: string) =>
    new InterpBenchError("E_CIRCUIT_FILE", "the circuit contradicts the in_graph flags", {
      at: `${at}: circuit`,
      expected: `the ${fromFlags.edges.size} edges flagged in_graph`,
      received,
    });
  const expanded = [...fromFlags.edges.keys()].flatMap((text) => view.partsOf(text));
  const isWhole =
    expanded.length === flagged.edges.size && expanded.every((text) => flagged.edges.has(text));
  if (!isWhole) {
    throw contradiction("edges into a head of which not all three are flagged");
  }
  if (file.circuit === undefined) return fromFlags;
  const listed = circuitFromTexts(file.circuit.edges, file.circuit.nodes);
  const sameEdges =
    listed.edges.size === fromFlags.edges.size &&
    [...listed.edges.keys()].every((text) => fromFlags.edges.has(text));
  if (!sameEdges || !isSubcircuit(listed, view.whole)) {
    throw contradiction(`${listed.edges.size} edges, ${listed.nodes.size} nodes`);
  }
  return listed;
}

function readScores(
  given: ReadonlyMap<string, CircuitFile["edges"][string]>,
  view: GraphView,
  at: string,
): ScoreMap | undefined {
  if (![...given.values()].some((edge) => typeof edge.score === "number")) return undefined;
  const scores = new Map<string, number>();
  for (const { name, edge: graphEdge } of view.named) {
    const edge = given.get(name);
    const value = edge === undefined ? 0 : edge.score;
    const coarse = view.wholeOf(graphEdge.text);
    if (coarse === undefined) continue;
    if (typeof value !== "number") {
      throw new InterpBenchError("E_CIRCUIT_FILE", "some edges have a score and some have none", {
        at: `${at}: edges.${name}.score`,
        expected: "a number",
        received: String(value),
      });
    }
    const known = scores.get(coarse);
    if (known !== undefined && known !== value) {
      throw new InterpBenchError("E_CIRCUIT_FILE", "the parts of one edge have different scores", {
        at: `${at}: edges.${name}.score`,
        expected: String(known),
        received: String(value),
      });
    }
    scores.set(coarse, value);
  }
  return new Map(Array.from(view.whole.edges.keys(), (text) => [text, scores.get(text)!]));
}

const OUTPUT = "logits";

/** All nodes at head granularity, in EAP-IG's spelling and in ours. */
function eapNodes({ sources, destinations, shape }: ComputationalGraph) {
  const writers = sources.map(({ node }) => ({
    name: dialects.eap.formatNode(node, "writer", shape),
    text: formatNode(node),
  }));
  return [...writers, { name: OUTPUT, text: formatNode(destinations.at(-1)!.node) }];
}

function assertNames(
  kind: string,
  names: readonly string[],
  known: readonly string[],
  at: string,
): void {
  const valid = new Set(known);
  for (const name of names) {
    if (!valid.has(name)) throw unknownNameError("E_CIRCUIT_FILE", kind, name, known, at);
  }
}

function lines(members: readonly (readonly [key: string, json: string])[], depth = 0): string {
  if (members.length === 0) return "{}";
  const indent = "  ".repeat(depth + 1);
  const text = members.map(([key, json]) => `${indent}${JSON.stringify(key)}: ${json}`).join(",\n");
  return `{\n${text}\n${"  ".repeat(depth)}}`;
}

function list(items: readonly string[]): string {
  if (items.length === 0) return "[]";
  return `[\n${items.map((item) => `      ${item}`).join(",\n")}\n    ]`;
}
