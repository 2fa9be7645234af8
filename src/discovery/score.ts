import {
  type Aurocs,
  type Circuit,
  type FlatScore,
  fullGraph,
  type GraphShape,
  mergeScores,
  rankingAurocs,
  scoreFound,
} from "../circuit/index.ts";
import type { Algorithm, Discovery } from "./algorithm/algorithm.ts";
import { type PaperAuroc, paperAurocOf } from "./paper-auroc.ts";

/** The score of a discovery against the truth, at head granularity. */
export interface DiscoveryScore {
  /** Of the only circuit; `undefined` if there is none, or several. */
  readonly nodes: FlatScore | undefined;
  readonly edges: FlatScore | undefined;
  /** Of the ranking of all edges. `paper`: by the sweep of the paper, where there is one. */
  readonly auroc: Aurocs & { readonly paper: PaperAuroc };
}

/**
 * Scores a discovery against the truth: its only circuit, and its ranking.
 *
 * @param params the algorithm's options, complete
 */
export function scoreDiscovery(
  algorithm: Pick<Algorithm, "paperSweep">,
  params: Readonly<Record<string, unknown>>,
  discovery: Pick<Discovery, "circuit" | "findings" | "ranking">,
  truth: Circuit,
  shape: GraphShape,
): DiscoveryScore {
  const { circuit, ranking } = discovery;
  const score = circuit === undefined ? undefined : scoreFound(circuit, truth, shape);
  return {
    nodes: score?.nodes,
    edges: score?.edges,
    auroc: {
      ...rankingAurocs(mergeScores(ranking, fullGraph(shape)), truth),
      paper: paperAurocOf(algorithm, params, discovery, truth, shape),
    },
  };
}
