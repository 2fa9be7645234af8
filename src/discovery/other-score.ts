import {
  type Baselines,
  baselines,
  type Circuit,
  componentsOf,
  exactAuroc,
  type FlatScore,
  flatScore,
  fullGraph,
  type GraphShape,
  graphCircuit,
  headCircuit,
  prepareForEvaluation,
  scoreCircuit,
} from "../circuit/index.ts";
import type { Key } from "../rng/index.ts";
import type { Discovery } from "./algorithm/discovery.ts";
import type { SelectedCircuit } from "./algorithm/selected-circuit.ts";
import { numbersOfEdges, rankingAtHeads } from "./ranking.ts";

/**
 * What the edges of a truth are: those between heads and MLPs, or those of the graph, which enter a head
 * by its query, key or value.
 */
export type TruthGranularity = "head" | "graph";

/** A circuit that others hold to be the truth, as the graph of a transformer has it. */
export interface OtherTruth {
  readonly circuit: Circuit;
  readonly granularity: TruthGranularity;
  /** All edges at its granularity. */
  readonly full: Circuit;
}

/** How a ranking and its only circuit compare with such a truth. */
export interface OtherScore {
  /** `undefined` where there is no circuit, or several. */
  readonly edges: FlatScore | undefined;
  /** Of the ranking of all edges, ties averaged. */
  readonly auroc: number | undefined;
}

/** How a circuit compares with it, and what else would. */
export interface OtherComparison {
  readonly edges: FlatScore;
  /** Edges of the baselines; see {@link Baselines}. */
  readonly baselines: Readonly<Record<"random" | "full" | "empty" | "truth", FlatScore>>;
}

/** A truth at the granularity that its edges have. */
export function otherTruthOf(circuit: Circuit, shape: GraphShape): OtherTruth {
  const heads = headCircuit(shape);
  const isAtHeads = [...circuit.edges.keys()].every((edge) => heads.edges.has(edge));
  return isAtHeads
    ? { circuit, granularity: "head", full: heads }
    : { circuit, granularity: "graph", full: graphCircuit(fullGraph(shape)) };
}

/** A circuit of edges of the graph at the granularity of a truth. */
const projected = (circuit: Circuit, { granularity }: OtherTruth): Circuit =>
  granularity === "head" ? prepareForEvaluation(circuit) : circuit;

/** Scores a discovery against another truth than that of the model, at the granularity of that truth. */
export function scoreByOther(
  discovery: Discovery,
  truth: OtherTruth,
  shape: GraphShape,
): OtherScore {
  const { circuit, ranking } = discovery;
  const ranked =
    truth.granularity === "head"
      ? rankingAtHeads(discovery, shape).edges
      : numbersOfEdges(ranking, discovery, shape);
  return {
    edges: circuit && edgeScore(circuit, truth),
    auroc: exactAuroc(ranked, truth.circuit.edges),
  };
}

/** Compares one of the circuits of a discovery with another truth, beside circuits chosen as it was. */
export function compareByOther(
  { circuit, unpruned, select, selection }: SelectedCircuit,
  truth: OtherTruth,
  key: Key,
): OtherComparison {
  const chosen = projected(unpruned, truth);
  const all: Baselines = baselines(projected(circuit, truth), truth.circuit, truth.full, key, {
    select,
    prune: selection.pruned,
    size: select === "nodes" ? componentsOf(chosen).length : chosen.edges.size,
  });
  return {
    edges: edgeScore(circuit, truth),
    baselines: {
      random: flatScore(all.randomExpected.edges),
      full: flatScore(all.full.edges),
      empty: flatScore(all.empty.edges),
      truth: flatScore(all.truth.edges),
    },
  };
}

const edgeScore = (circuit: Circuit, truth: OtherTruth): FlatScore =>
  flatScore(scoreCircuit(projected(circuit, truth), truth.circuit, truth.full).edges);
