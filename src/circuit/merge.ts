import { runSteps, type Steps } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { type Circuit, circuitOf } from "./circuit.ts";
import { type ComputationalGraph, graphCircuit } from "./graph.ts";
import { type Edge, formatNode, type Node, parseEdge } from "./node.ts";
import { headEdges } from "./prepare.ts";

/**
 * Scores of nodes or edges: canonical text → score; larger means more likely in the circuit.
 * ±∞ is allowed, NaN is not.
 */
export type ScoreMap = ReadonlyMap<string, number>;

/** Scores at head granularity. */
export interface HeadScores {
  /** Every edge of the graph at head granularity, in canonical order. */
  readonly edges: ScoreMap;
  /** Every node of it. */
  readonly nodes: ScoreMap;
  /** Edge of the graph at head granularity → the edge that it has its score from. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Options of {@link mergeScores}. */
export interface MergeOptions {
  /** Rank by |score|: for attributions whose sign only tells the direction of the effect. Default false. */
  readonly absolute?: boolean;
  /** What the edges of `whole` become at head granularity, where that is known already: `headEdges(whole)`. */
  readonly heads?: ReadonlyMap<string, Edge>;
}

/**
 * Projects edge scores to head granularity: an edge between components gets the largest score of
 * its query, key and value (and token and position embedding) edges, a node the largest score of
 * the edges that touch it.
 *
 * Because merging keeps an edge as soon as one of its parts exceeds the threshold, thresholding the
 * merged scores equals merging the thresholded circuits, for every threshold.
 *
 * @param scores a score for every edge of `whole`
 * @param whole all edges the algorithm could have found: a graph, or a circuit of another layout
 *
 * `E_SCORE` if a score is NaN, missing, or of an edge that is not in `whole`.
 */
export const mergeScores = (
  scores: ScoreMap,
  whole: ComputationalGraph | Circuit,
  options: MergeOptions = {},
): HeadScores => runSteps(mergeScoresInSteps(scores, whole, options));

/** {@link mergeScores}, in steps of some ten milliseconds at 32,491 edges. */
export function* mergeScoresInSteps(
  scores: ScoreMap,
  whole: ComputationalGraph | Circuit,
  { absolute = false, heads }: MergeOptions = {},
): Steps<HeadScores> {
  const circuit = "sources" in whole ? graphCircuit(whole) : whole;
  assertScores(scores, circuit.edges);
  yield 0.2;
  const between = heads ?? headEdges(circuit);
  yield 0.4;
  const numberOf = numbering();
  const merged = new Map<number, { edge: Edge; score: number; origin: string }>();
  for (const [text, edge] of between) {
    const raw = scores.get(text)!;
    const score = absolute ? Math.abs(raw) : raw;
    const key = numberOf(edge);
    const best = merged.get(key);
    if (best === undefined || score > best.score) merged.set(key, { edge, score, origin: text });
  }
  yield 0.6;
  const ordered = circuitOf(Array.from(merged.values(), ({ edge }) => edge));
  yield 0.8;
  const best = Array.from(
    ordered.edges,
    ([text, edge]) => [text, merged.get(numberOf(edge))!] as const,
  );
  const edges = new Map(best.map(([text, { score }]) => [text, score]));
  const origins = new Map(best.map(([text, { origin }]) => [text, origin]));
  return { edges, nodes: scoresOfNodes(ordered, edges), origins };
}

/** Numbers edges: equal ones have the same number. Cheaper than their texts where nodes are shared. */
function numbering(): (edge: Edge) => number {
  const byText = new Map<string, number>();
  const byNode = new Map<Node, number>();
  const numberOf = (node: Node) => {
    const known = byNode.get(node);
    if (known !== undefined) return known;
    const text = formatNode(node);
    const number = byText.get(text) ?? byText.size;
    byText.set(text, number);
    byNode.set(node, number);
    return number;
  };
  return ([from, to]) => numberOf(from) * MOST_NODES + numberOf(to);
}

/** More nodes than any circuit has. */
const MOST_NODES = 2 ** 26;

/**
 * Node scores made of edge scores of the same granularity: the largest score of the edges that touch
 * a node. In canonical order.
 */
export function nodeScores(edgeScores: ScoreMap): ScoreMap {
  return scoresOfNodes(circuitOf(Array.from(edgeScores.keys(), parseEdge)), edgeScores);
}

function scoresOfNodes({ nodes, edges }: Circuit, edgeScores: ScoreMap): ScoreMap {
  const scores = new Map(Array.from(nodes.keys(), (text) => [text, -Infinity]));
  const texts = new Map(Array.from(nodes, ([text, node]) => [node, text]));
  for (const [text, edge] of edges) {
    const score = edgeScores.get(text)!;
    for (const node of edge) {
      const end = texts.get(node) ?? formatNode(node);
      scores.set(end, Math.max(scores.get(end)!, score));
    }
  }
  return scores;
}

/**
 * The circuit of all edges whose score is above the threshold (strictly, as in the original; 0
 * never keeps an edge of score 0). Both are rounded to float32 first, because scores come from
 * float32 arithmetic: float64 would find `0.1` larger than itself.
 */
export function circuitAbove(scores: ScoreMap, threshold: number): Circuit {
  const limit = Math.fround(threshold);
  const kept = [...scores].filter(([, score]) => Math.fround(score) > limit);
  return circuitOf(kept.map(([text]) => parseEdge(text)));
}

/** Throws `E_SCORE` unless there is a score, not NaN, for exactly these edges, or nodes. */
export function assertScores(
  scores: ScoreMap,
  scored: ReadonlyMap<string, unknown>,
  what: "edges" | "nodes" = "edges",
): void {
  const missing = [...scored.keys()].filter((text) => !scores.has(text));
  const foreign = [...scores.keys()].filter((text) => !scored.has(text));
  const undefinedScores = [...scores].filter(([, score]) => Number.isNaN(score));
  const problem =
    missing.length > 0
      ? ([`${missing.length} ${what} have no score`, missing[0]] as const)
      : foreign.length > 0
        ? ([`${foreign.length} scores belong to no ${what.slice(0, -1)}`, foreign[0]] as const)
        : undefinedScores.length > 0
          ? ([`${undefinedScores.length} scores are NaN`, undefinedScores[0]![0]] as const)
          : undefined;
  if (problem === undefined) return;
  throw new InterpBenchError("E_SCORE", problem[0], {
    expected: `a number for each of the ${scored.size} ${what}`,
    received: `${scores.size} scores`,
    at: problem[1],
  });
}
