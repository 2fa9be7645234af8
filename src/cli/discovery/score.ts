import {
  baselines,
  type Circuit,
  type Counts,
  exactAuroc,
  type GraphShape,
  type HeadScores,
  headCircuit,
  paperAuroc,
  paperPoints,
  prepareForEvaluation,
  type Rates,
  scoreCircuit,
} from "../../circuit/index.ts";
import type { Key } from "../../rng/index.ts";

/** Counts and rates in one object, as documents hold them. */
export interface FlatScore extends Counts, Rates {}

/** How a circuit compares with the truth, nodes and edges at head granularity. */
export interface PartScores {
  readonly nodes: FlatScore;
  readonly edges: FlatScore;
}

/** Areas under the ROC curve of a ranking. */
export interface Aurocs {
  readonly edges: number | undefined;
  readonly nodes: number | undefined;
}

/** The score of a discovery against the truth. */
export interface DiscoveryScore {
  /** `undefined` if no circuit was selected. */
  readonly nodes: FlatScore | undefined;
  readonly edges: FlatScore | undefined;
  /** `undefined` if the algorithm gives no ranking. `paper`: the 19 thresholds of InterpBench. */
  readonly auroc: (Aurocs & { readonly paper: Aurocs }) | undefined;
}

/** What else scores how much: the same size at random, everything, nothing, the truth. */
export interface BaselineScores {
  /** Expected values of a random circuit with as many edges, before the projection to heads. */
  readonly random: PartScores;
  readonly full: PartScores;
  readonly empty: PartScores;
  readonly truth: PartScores;
}

/** Compares a discovery with the truth, at head granularity. */
export function scoreDiscovery(
  found: Circuit | undefined,
  ranking: HeadScores | undefined,
  truth: Circuit,
  shape: GraphShape,
): DiscoveryScore {
  const full = headCircuit(shape);
  const score =
    found === undefined ? undefined : scoreCircuit(prepareForEvaluation(found), truth, full);
  return {
    nodes: score === undefined ? undefined : flat(score.nodes),
    edges: score === undefined ? undefined : flat(score.edges),
    auroc:
      ranking === undefined
        ? undefined
        : {
            edges: exactAuroc(ranking.edges, truth.edges),
            nodes: exactAuroc(ranking.nodes, truth.nodes),
            paper: {
              edges: paperAuroc(paperPoints(ranking.edges, truth.edges)),
              nodes: paperAuroc(paperPoints(ranking.nodes, truth.nodes)),
            },
          },
  };
}

/** The baselines of a circuit with as many edges as the found one has at head granularity. */
export function baselineScores(
  found: Circuit,
  truth: Circuit,
  shape: GraphShape,
  key: Key,
): BaselineScores {
  const all = baselines(prepareForEvaluation(found), truth, headCircuit(shape), key);
  const parts = ({ nodes, edges }: { nodes: Counted; edges: Counted }): PartScores => ({
    nodes: flat(nodes),
    edges: flat(edges),
  });
  return {
    random: parts(all.randomExpected),
    full: parts(all.full),
    empty: parts(all.empty),
    truth: parts(all.truth),
  };
}

type Counted = Rates & { readonly counts: Counts };

function flat({ counts, tpr, fpr, precision, recall, f1 }: Counted): FlatScore {
  return { ...counts, tpr, fpr, precision, recall, f1 };
}
