import type { Key } from "../rng/index.ts";
import { averagePrecision } from "./average-precision.ts";
import { baselines, type RandomSelection } from "./baseline.ts";
import type { Circuit } from "./circuit.ts";
import { componentsOf } from "./components.ts";
import type { GraphShape } from "./graph.ts";
import type { HeadScores } from "./merge.ts";
import { headCircuit, prepareForEvaluation } from "./prepare.ts";
import { exactAuroc } from "./roc.ts";
import { type Counts, hammingDistance, type Rates, scoreCircuit } from "./score.ts";

/** Counts and rates in one object, as documents hold them. */
export interface FlatScore extends Counts, Rates {
  /** Structural Hamming distance: see {@link hammingDistance}. */
  readonly shd: number;
}

/** How a circuit compares with the truth, nodes and edges at head granularity. */
export interface PartScores {
  readonly nodes: FlatScore;
  readonly edges: FlatScore;
}

/** A number that says how well edges are ranked, and one for nodes. */
export interface Aurocs {
  readonly edges: number | undefined;
  readonly nodes: number | undefined;
}

/** What else scores how much: the same size at random, everything, nothing, the truth. */
export interface BaselineScores {
  /** Expected values of a random circuit that is chosen in the same way. */
  readonly random: PartScores;
  readonly full: PartScores;
  readonly empty: PartScores;
  readonly truth: PartScores;
}

/** Compares a circuit with the truth, at head granularity. */
export function scoreFound(found: Circuit, truth: Circuit, shape: GraphShape): PartScores {
  const { nodes, edges } = scoreCircuit(prepareForEvaluation(found), truth, headCircuit(shape));
  return { nodes: flatScore(nodes), edges: flatScore(edges) };
}

/** The average precisions of a ranking, at head granularity; {@link chancePrecision} is what random ones have. */
export function rankingPrecisions(
  { edges, nodes }: Pick<HeadScores, "edges" | "nodes">,
  truth: Circuit,
): Aurocs {
  return {
    edges: averagePrecision(edges, truth.edges),
    nodes: averagePrecision(nodes, truth.nodes),
  };
}

/** Compares a ranking with the truth, at head granularity. */
export function rankingAurocs(
  { edges, nodes }: Pick<HeadScores, "edges" | "nodes">,
  truth: Circuit,
): Aurocs {
  return { edges: exactAuroc(edges, truth.edges), nodes: exactAuroc(nodes, truth.nodes) };
}

/**
 * The baselines of a circuit, at head granularity: random ones have as many edges, or nodes, before any
 * are pruned, and are chosen and pruned in the same way.
 */
export function baselineScores(
  { circuit, unpruned }: { readonly circuit: Circuit; readonly unpruned: Circuit },
  truth: Circuit,
  shape: GraphShape,
  key: Key,
  way: Pick<RandomSelection, "select" | "prune">,
): BaselineScores {
  const chosen = prepareForEvaluation(unpruned);
  const size = way.select === "nodes" ? componentsOf(chosen).length : chosen.edges.size;
  const all = baselines(prepareForEvaluation(circuit), truth, headCircuit(shape), key, {
    ...way,
    size,
  });
  const parts = ({ nodes, edges }: { nodes: Counted; edges: Counted }): PartScores => ({
    nodes: flatScore(nodes),
    edges: flatScore(edges),
  });
  return {
    random: parts(all.randomExpected),
    full: parts(all.full),
    empty: parts(all.empty),
    truth: parts(all.truth),
  };
}

type Counted = Rates & { readonly counts: Counts };

/** The counts and rates of a score in one object. */
export function flatScore({ counts, tpr, fpr, precision, recall, f1 }: Counted): FlatScore {
  return { ...counts, tpr, fpr, precision, recall, f1, shd: hammingDistance(counts) };
}
