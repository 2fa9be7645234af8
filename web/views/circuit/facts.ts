import {
  type Circuit,
  circuitFromTexts,
  circuitOf,
  type Edge,
  exactAuroc,
  formatEdge,
  fullGraph,
  type GraphShape,
  graphCircuit,
  headEdges,
  mergeScoresInSteps,
  prepareForEvaluation,
  type RocPoint,
  rocCurve,
  type ScoreMap,
} from "../../../src/circuit/index.ts";
import { runSteps, type Steps } from "../../../src/engine/index.ts";
import type { Subject } from "../contract.ts";
import { type Sweep, sweepOf, thresholdsOf } from "./sweep.ts";

/** Whether a head's query, key and value inputs are told apart, or drawn as one. */
export type Detail = "merged" | "qkv";

/** A ranking of all edges, at both levels of detail, ready to be cut at any threshold. */
export interface Ranking {
  readonly by: Readonly<Record<Detail, ScoreMap>>;
  /** What was measured, with its sign. */
  readonly shown: Readonly<Record<Detail, ScoreMap>>;
  /** The largest size of these that is finite. */
  readonly largest: Readonly<Record<Detail, number | undefined>>;
  /** What the numbers are: `size of the effect`. */
  readonly name: string;
  readonly thresholds: readonly number[];
  /** Edges with q, k and v told apart whose score is larger than a threshold. O(log n). */
  readonly sizeAbove: (threshold: number) => number;
  readonly auroc: number | undefined;
  readonly roc: readonly RocPoint[] | undefined;
  readonly sweeps: { readonly edges: Sweep; readonly nodes: Sweep } | undefined;
  /** Nodes at head granularity, by the best edge that touches them. */
  readonly nodes: ScoreMap;
}

/** What the view of a circuit shows of a subject. */
export interface CircuitFacts {
  readonly shape: GraphShape;
  /** All edges with q, k and v apart, in the order in which algorithms have them. */
  readonly edges: readonly string[];
  /** All edges, at both levels of detail. */
  readonly whole: Readonly<Record<Detail, Circuit>>;
  /** The edge between components that an edge of the graph belongs to. */
  readonly headEdgeOf: ReadonlyMap<string, string>;
  /** At head granularity. */
  readonly truth: Circuit | undefined;
  /** The edges that are true, or of whose component edge that is true, at both levels of detail. */
  readonly trueEdges: Readonly<Record<Detail, ReadonlySet<string>>> | undefined;
  /** The circuit of the result, at both levels of detail. */
  readonly found: Readonly<Record<Detail, Circuit>> | undefined;
  readonly ranking: Ranking | undefined;
  readonly algorithm: string | undefined;
}

/** Nobody asks how far the facts are. */
const STEP = 0;

/** Facts of models and of subjects that were looked at, as long as these are there: several views ask for them. */
const graphs = new WeakMap<Subject["model"], GraphFacts>();
const known = new WeakMap<Subject, CircuitFacts>();

/**
 * The facts of a subject. What a result file says is used only as far as it fits the model: throws what the
 * parsers of names and scores throw.
 */
export const circuitFacts = (subject: Subject): CircuitFacts =>
  known.get(subject) ?? runSteps(factsInSteps(subject));

/** {@link circuitFacts} in steps, after which they are known. */
export function* factsInSteps(subject: Subject): Steps<CircuitFacts> {
  const { model, result } = subject;
  const graph = graphs.get(model) ?? (yield* graphFacts(model));
  const { whole } = graph;
  yield STEP;
  const found = foundOf(result, whole.qkv);
  yield STEP;
  const ranking = yield* rankingOf(result, graph);
  const algorithm = typeof result?.algorithm === "string" ? result.algorithm : undefined;
  const { heads: _, ...shown } = graph;
  const facts = { ...shown, found, ranking, algorithm };
  known.set(subject, facts);
  return facts;
}

interface GraphFacts extends Omit<CircuitFacts, "found" | "ranking" | "algorithm"> {
  /** What each edge of the graph becomes between components. */
  readonly heads: ReadonlyMap<string, Edge>;
}

/** What is so whatever a result says. */
function* graphFacts(model: Subject["model"]): Steps<GraphFacts> {
  const { nLayers, nHeads } = model.config;
  const shape = { nLayers, nHeads };
  const graph = fullGraph(shape);
  yield STEP;
  const edges = graph.edges.map(({ text }) => text);
  const qkv = graphCircuit(graph);
  yield STEP;
  const heads = headEdges(qkv);
  yield STEP;
  const merged = circuitOf(heads.values());
  const mergedTexts = sameTexts(merged.edges.keys());
  yield STEP;
  const headEdgeOf = new Map(
    Array.from(heads, ([text, edge]) => [text, mergedTexts(formatEdge(edge))]),
  );
  yield STEP;
  const truth =
    model.truth && prepareForEvaluation(circuitFromTexts(model.truth.edges, model.truth.nodes));
  const trueEdges = truth && {
    merged: new Set(truth.edges.keys()),
    qkv: new Set(edges.filter((text) => truth.edges.has(headEdgeOf.get(text) ?? text))),
  };
  const facts = { shape, edges, whole: { merged, qkv }, heads, headEdgeOf, truth, trueEdges };
  graphs.set(model, facts);
  return facts;
}

/** The facts of a subject; without those of a result that does not fit, of which the circuit says so. */
export function readableFacts(subject: Subject): CircuitFacts {
  try {
    return circuitFacts(subject);
  } catch {
    return circuitFacts({ ...subject, result: undefined });
  }
}

function foundOf(result: Subject["result"], graph: Circuit): CircuitFacts["found"] {
  const circuit = result?.circuit as { edges?: unknown; nodes?: unknown } | null | undefined;
  if (!Array.isArray(circuit?.edges)) return undefined;
  const qkv = circuitFromTexts(circuit.edges.map(pairOfTexts));
  for (const text of qkv.edges.keys()) {
    if (!graph.edges.has(text)) throw new Error(`the model has no edge ${text}`);
  }
  return { qkv, merged: prepareForEvaluation(qkv) };
}

function pairOfTexts(edge: unknown): [string, string] {
  const [from, to] = Array.isArray(edge) ? edge : [];
  return [String(from), String(to)];
}

function* rankingOf(
  result: Subject["result"],
  { whole: { qkv: graph, merged: whole }, heads, truth }: GraphFacts,
): Steps<Ranking | undefined> {
  if (!Array.isArray(result?.scores) || result.scores.length === 0) return undefined;
  const rows = result.scores as readonly Readonly<Record<string, unknown>>[];
  const texts = sameTexts(graph.edges.keys());
  yield STEP;
  const names = rows.map(({ from, to }) => texts(`${from}->${to}`));
  yield STEP;
  const numbers = (key: "ranking" | "score") =>
    new Map(rows.map((row, i) => [names[i]!, numberOf(row[key] ?? row.score)]));
  const qkv = numbers("ranking");
  const shown = numbers("score");
  yield STEP;
  const merged = yield* mergeScoresInSteps(qkv, graph, { heads });
  yield STEP;
  const mergedTexts = sameTexts(whole.edges.keys());
  const byText = (scores: ScoreMap) =>
    new Map(Array.from(scores, ([text, score]) => [mergedTexts(text), score]));
  const by = { qkv, merged: byText(merged.edges) };
  const measured = {
    qkv: shown,
    merged: new Map(
      Array.from(merged.origins, ([text, own]) => [mergedTexts(text), shown.get(own)!]),
    ),
  };
  yield STEP;
  const all = sweepOf(qkv, qkv);
  yield STEP;
  const thresholds = thresholdsOf(qkv);
  yield STEP;
  const auroc = truth && exactAuroc(merged.edges, truth.edges);
  const roc = truth && rocCurve(merged.edges, truth.edges);
  yield STEP;
  return {
    by,
    shown: measured,
    largest: { qkv: largestOf(measured.qkv), merged: largestOf(measured.merged) },
    name: typeof result.rankedBy === "string" ? result.rankedBy : "score",
    thresholds,
    sizeAbove: (threshold) => all.countsAbove(threshold).tp,
    auroc,
    roc,
    sweeps: truth && {
      edges: sweepOf(merged.edges, truth.edges),
      nodes: sweepOf(merged.nodes, truth.nodes),
    },
    nodes: merged.nodes,
  };
}

/** The same text as the very string that is there already: maps find it without reading it. */
function sameTexts(known: Iterable<string>): (text: string) => string {
  const own = new Map(Array.from(known, (text) => [text, text]));
  return (text) => own.get(text) ?? text;
}

/** The largest finite score, whatever its sign. */
function largestOf(scores: ScoreMap): number | undefined {
  const sizes = [...scores.values()].map(Math.abs).filter(Number.isFinite);
  return sizes.length === 0 ? undefined : sizes.reduce((a, b) => Math.max(a, b));
}

/** Infinite scores are no numbers in files. */
const numberOf = (value: unknown) => (typeof value === "number" ? value : Number.POSITIVE_INFINITY);
