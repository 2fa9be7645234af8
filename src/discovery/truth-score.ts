import {
  averagePrecision,
  type BaselineScores,
  baselineScores,
  exactAuroc,
  expandToQkv,
  fullGraph,
  type GraphShape,
  type MibRange,
  mibAuroc,
  mibRange,
  type PartScores,
  type Positives,
  prepareForEvaluation,
  type RocPoint,
  rocCurve,
  type ScoreMap,
  scoreFound,
} from "../circuit/index.ts";
import type { Key } from "../rng/index.ts";
import type { Discovery, Finding } from "./algorithm/discovery.ts";
import type { OtherTruth } from "./other-score.ts";
import { type PaperAuroc, paperAurocOf } from "./paper-auroc.ts";
import { numbersOfEdges, rankingAtHeads } from "./ranking.ts";

/** A ranking to be scored, wherever it comes from, and the circuits that were made of it. */
export interface ScoredRanking extends Pick<Discovery, "ranking" | "ranks" | "paperSweep"> {
  readonly findings: readonly Pick<Finding, "setting" | "circuit">[];
}

/** How well a ranking tells true items from others. */
export interface RankingNumbers {
  /** Exact, ties counting one half. Scores at random have ½. */
  readonly auroc: number | undefined;
  readonly averagePrecision: number | undefined;
  /** How many items there are, and how many of them are true. */
  readonly items: number;
  readonly positives: number;
}

/** How a ranking, and the circuits made of it, compare with a truth. */
export interface TruthScore {
  readonly ranking: {
    /** Edges between heads and MLPs, query, key and value of a head being one. */
    readonly edges: RankingNumbers;
    /**
     * Edges of the graph, queries, keys and values apart; `mutedQk`: of a ranking that only
     * puts those of queries and keys last.
     */
    readonly apart: RankingNumbers & { readonly mutedQk: number | undefined };
    /** Heads and MLPs, embeddings and output. */
    readonly nodes: RankingNumbers;
  };
  /** By the sweep of the InterpBench paper. */
  readonly paper: PaperAuroc;
  /** By MIB's protocol, on its own scale; `undefined` where all edges are true, or none. */
  readonly mib: (MibRange & { readonly auroc: number }) | undefined;
  /** The ROC curve of edges between heads and MLPs. */
  readonly roc: readonly RocPoint[] | undefined;
  /** Every circuit, at the granularity of heads and MLPs, beside random ones of its size. */
  readonly circuits: readonly (Pick<Finding, "setting"> & {
    readonly score: PartScores;
    readonly baselines: BaselineScores;
  })[];
}

/**
 * Scores a ranking, and its circuits, against a truth in every way that is in use.
 *
 * A truth between heads and MLPs is taken to hold for query, key and value alike where these are apart; one that
 * tells them apart is merged where they are not.
 *
 * @param shape the transformer's. `E_SCORE` for a ranking of another graph
 */
export function scoreByTruth(
  found: ScoredRanking,
  { circuit, granularity }: OtherTruth,
  shape: GraphShape,
  key: Key,
): TruthScore {
  const graph = fullGraph(shape);
  const atHeads = granularity === "head" ? circuit : prepareForEvaluation(circuit);
  const apart = granularity === "head" ? expandToQkv(circuit, graph) : circuit;
  const heads = rankingAtHeads(found, shape);
  const whole = numbersOfEdges(found.ranking, found, shape);
  const isMuted = new Map(
    graph.edges.map(({ text, destination }) => {
      const { input } = graph.destinations[destination]!;
      return [text, input === "q" || input === "k" ? 0 : 1];
    }),
  );
  const mib = mibAuroc(whole, apart.edges, { absolute: false });
  const range = mib && mibRange(apart.edges, shape, key.fold("mib"));
  return {
    ranking: {
      edges: numbersOf(heads.edges, atHeads.edges),
      apart: { ...numbersOf(whole, apart.edges), mutedQk: exactAuroc(isMuted, apart.edges) },
      nodes: numbersOf(heads.nodes, atHeads.nodes),
    },
    paper: paperAurocOf(found, atHeads, shape),
    mib: mib && range && { auroc: mib.auroc, ...range },
    roc: rocCurve(heads.edges, atHeads.edges),
    circuits: found.findings.map(({ setting, circuit: one }, i) => ({
      setting,
      score: scoreFound(one, atHeads, shape),
      baselines: baselineScores({ circuit: one, unpruned: one }, atHeads, shape, key.fold(i), {}),
    })),
  };
}

function numbersOf(scores: ScoreMap, positives: Positives): RankingNumbers {
  return {
    auroc: exactAuroc(scores, positives),
    averagePrecision: averagePrecision(scores, positives),
    items: scores.size,
    positives: positives.size,
  };
}
