import * as z from "zod/mini";
import {
  type Circuit,
  circuitFromTexts,
  circuitOf,
  countEdges,
  type GraphShape,
  headCircuit,
  isSubcircuit,
  prepareForEvaluation,
  type ScoreMap,
} from "../circuit/index.ts";
import { InterpBenchError, unknownNameError } from "../errors/index.ts";
import {
  CIRCUIT_SCHEMA,
  type CircuitDocument,
  eapNodes,
  type GraphView,
  graphView,
} from "./circuit-document.ts";
import { abbreviate, checkSchema, parseJson } from "./json.ts";

const flag = z.looseObject({ in_graph: z.boolean() });
/** NaN is EAP-IG's score of nodes that are always kept. */
const nodeFlag = z.extend(flag, {
  score: z.nullish(z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])])),
  neurons: z.optional(z.array(z.boolean())),
  neurons_scores: z.optional(z.array(z.unknown())),
});
const score = z.nullish(z.union([z.number(), z.literal([Infinity, -Infinity])]));
const circuitFile = z.looseObject({
  schema: z.optional(z.literal(CIRCUIT_SCHEMA)),
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
 * Reads `circuit.json`: ours, or a graph JSON of EAP-IG or MIB (query, key and value edges; edges
 * that are not listed have score 0 and are not in the circuit, as there). The flags of edges decide,
 * as there, where those of nodes are derived from them.
 *
 * `E_JSON` or `E_CIRCUIT_FILE` with the path in `at`: a missing or malformed part, a name that is
 * not in the graph, parts or scores of single neurons, a circuit that contradicts the `in_graph`
 * flags, and, before the graph is made, sizes of a graph much larger than the file could describe.
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
  assertWholeNodes(file, at);
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

/**
 * Throws if nodes are kept in part, or their neurons are ranked. Of a node that is left out EAP-IG drops
 * all neurons; it writes NaN for those without a score.
 */
function assertWholeNodes({ nodes }: CircuitFile, at: string): void {
  const refuse = (path: string, expected: string, received: unknown) => {
    throw new InterpBenchError("E_CIRCUIT_FILE", "the circuit is one of single neurons", {
      at: `${at}: nodes.${path}`,
      expected,
      received: abbreviate(received),
      hint: "Circuits consist of whole nodes here: choose edges or nodes of the graph in EAP-IG, made with neuron_level=False.",
    });
  };
  for (const [name, node] of Object.entries(nodes)) {
    if (typeof node === "boolean") continue;
    const { in_graph, neurons = [], neurons_scores: scores = [] } = node;
    const isWhole = neurons.every((one) => one) || !(in_graph || neurons.some((one) => one));
    if (!isWhole) refuse(`${name}.neurons`, "all neurons, or none of a node left out", neurons);
    if (!scores.every(isUnscored)) refuse(`${name}.neurons_scores`, "no scores", scores);
  }
}

const isUnscored = (score: unknown) => score === null || Number.isNaN(score);

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
