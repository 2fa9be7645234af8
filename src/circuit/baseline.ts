import type { Key } from "../rng/index.ts";
import { type Circuit, circuitOf, emptyCircuit } from "./circuit.ts";
import { circuitBetween, componentsOf } from "./components.ts";
import { formatNode } from "./node.ts";
import { pruneCircuit } from "./paths.ts";
import { type CircuitScore, type Counts, type Rates, ratesOf, scoreCircuit } from "./score.ts";
import { greedyEdges } from "./select.ts";
import { assertEdgeCount } from "./spec.ts";

/** What a random circuit of a given number of edges scores on average. */
export interface ExpectedScore {
  readonly edges: Rates & { readonly counts: Counts };
  /**
   * Nodes touched by a random edge set. `precision` and `f1` are ratios of random numbers without a
   * closed form and therefore `undefined`; `tpr`, `fpr` and the counts are exact expectations.
   */
  readonly nodes: Rates & { readonly counts: Counts };
}

/** The scores no result should be read without. */
export interface Baselines {
  /**
   * Exact expectation over all circuits with as many edges as the hypothesis; for grown or pruned
   * ones the mean of 200.
   */
  readonly randomExpected: ExpectedScore;
  /** One such circuit, drawn with the given key. */
  readonly random: CircuitScore;
  /** Everything found. */
  readonly full: CircuitScore;
  /** Nothing found. */
  readonly empty: CircuitScore;
  /** The truth itself. */
  readonly truth: CircuitScore;
}

/** `size` different edges of `full`, all such sets equally likely. `E_CIRCUIT` if there are fewer. */
export function randomCircuit(full: Circuit, size: number, key: Key): Circuit {
  assertEdgeCount(size, full);
  return circuitOf(key.sample([...full.edges.values()], size));
}

/**
 * The expected score of `size` edges drawn from `full` without replacement.
 *
 * Edges: E[tp] = size·T/E, and so on for T true of E edges; tpr = fpr = size/E, precision T/E,
 * f1 = 2·E[tp]/(size + T), all exact because size and T are fixed. Nodes: a node with d edges is
 * touched with probability 1 − C(E − d, size)/C(E, size).
 */
export function expectedRandomScore(truth: Circuit, full: Circuit, size: number): ExpectedScore {
  assertEdgeCount(size, full);
  const all = full.edges.size;
  const share = all === 0 ? 0 : size / all;
  const trueEdges = truth.edges.size;
  const tp = share * trueEdges;
  const edgeCounts = {
    tp,
    fp: size - tp,
    fn: trueEdges - tp,
    tn: all - size - (trueEdges - tp),
  };

  const degrees = new Map<string, number>();
  for (const edge of full.edges.values()) {
    for (const end of edge.map(formatNode)) degrees.set(end, (degrees.get(end) ?? 0) + 1);
  }
  let nodeHits = 0;
  let nodeMisses = 0;
  for (const text of full.nodes.keys()) {
    const touched = 1 - untouchedProbability(degrees.get(text) ?? 0, all, size);
    if (truth.nodes.has(text)) nodeHits += touched;
    else nodeMisses += touched;
  }
  const nodeCounts = {
    tp: nodeHits,
    fp: nodeMisses,
    fn: truth.nodes.size - nodeHits,
    tn: full.nodes.size - truth.nodes.size - nodeMisses,
  };
  const { tpr, fpr, recall } = ratesOf(nodeCounts);
  return {
    edges: { counts: edgeCounts, ...ratesOf(edgeCounts) },
    nodes: { counts: nodeCounts, tpr, fpr, recall, precision: undefined, f1: undefined },
  };
}

/** How the random baseline is chosen: as the hypothesis was. */
export interface RandomSelection {
  /** Edges, or nodes, that are chosen, before any are pruned. Default: as many edges as the hypothesis has. */
  readonly size?: number;
  /**
   * `top`: any edges; `greedy`: grown from the output backwards by random scores; `nodes`: any heads
   * and MLPs, with all edges between them. Default `top`.
   */
  readonly select?: "top" | "greedy" | "nodes";
  /** Drop the edges that lie on no path. Default false. */
  readonly prune?: boolean;
}

/** Random circuits that {@link meanRandomScore} averages. */
const DRAWS = 200;

/**
 * One random circuit, chosen like a hypothesis. `full`: all edges, at the granularity of circuits
 * that are compared.
 */
export function randomSelection(
  full: Circuit,
  size: number,
  { select = "top", prune = false }: RandomSelection,
  key: Key,
): Circuit {
  const draw = (): Circuit => {
    if (select === "top") return randomCircuit(full, size, key);
    if (select === "nodes") {
      return circuitBetween(new Set(key.sample(componentsOf(full), size)), full);
    }
    const values = key.uniform(full.edges.size);
    return greedyEdges(new Map([...full.edges.keys()].map((text, i) => [text, values[i]!])), size)
      .circuit;
  };
  return prune ? pruneCircuit(draw()) : draw();
}

/**
 * The mean score of 200 circuits that are chosen at random as a hypothesis was: where pruning or
 * growing makes the expectation more than a formula. `precision` and `f1` are those of the mean counts.
 */
export function meanRandomScore(
  truth: Circuit,
  full: Circuit,
  size: number,
  selection: RandomSelection,
  key: Key,
): ExpectedScore {
  const scores = Array.from({ length: DRAWS }, (_, i) =>
    scoreCircuit(randomSelection(full, size, selection, key.fold(i)), truth, full),
  );
  const meanOf = (part: "nodes" | "edges") => {
    const mean = (field: keyof Counts) =>
      scores.reduce((sum, score) => sum + score[part].counts[field], 0) / DRAWS;
    const counts = { tp: mean("tp"), fp: mean("fp"), fn: mean("fn"), tn: mean("tn") };
    return { counts, ...ratesOf(counts) };
  };
  return { edges: meanOf("edges"), nodes: meanOf("nodes") };
}

/**
 * All baselines for a hypothesis; circuits are at one granularity and parts of `full`. Random ones are
 * chosen as the hypothesis was.
 */
export function baselines(
  hypothesis: Circuit,
  truth: Circuit,
  full: Circuit,
  key: Key,
  selection: RandomSelection = {},
): Baselines {
  const { size = hypothesis.edges.size, select = "top", prune = false } = selection;
  const isPlain = select === "top" && !prune;
  return {
    randomExpected: isPlain
      ? expectedRandomScore(truth, full, size)
      : meanRandomScore(truth, full, size, selection, key.fold("mean")),
    random: scoreCircuit(randomSelection(full, size, selection, key), truth, full),
    full: scoreCircuit(full, truth, full),
    empty: scoreCircuit(emptyCircuit, truth, full),
    truth: scoreCircuit(truth, truth, full),
  };
}

/** C(all − degree, size) / C(all, size), as a product of `degree` ratios. */
function untouchedProbability(degree: number, all: number, size: number): number {
  let probability = 1;
  for (let i = 0; i < degree; i++) probability *= Math.max(0, all - size - i) / (all - i);
  return probability;
}
