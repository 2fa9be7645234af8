import {
  type Aurocs,
  type BaselineScores,
  baselineScores,
  type Circuit,
  type FlatScore,
  type GraphShape,
  type PartScores,
  rankingAurocs,
  scoreFound,
} from "../circuit/index.ts";
import type { Key } from "../rng/index.ts";
import type { Discovery } from "./algorithm/discovery.ts";
import type { SelectedCircuit } from "./algorithm/selection.ts";
import { type PaperAuroc, paperAurocOf } from "./paper-auroc.ts";
import { rankingAtHeads } from "./ranking.ts";

/** The score of a discovery against the truth, at head granularity. */
export interface DiscoveryScore {
  /** Of the only circuit; `undefined` if there is none, or several. */
  readonly nodes: FlatScore | undefined;
  readonly edges: FlatScore | undefined;
  /** Of the ranking of all edges and all nodes. `paper`: by the sweep of the paper, where there is one. */
  readonly auroc: Aurocs & { readonly paper: PaperAuroc };
}

/**
 * Scores a discovery against the truth: its only circuit, and its ranking.
 *
 * ```ts
 * const discovery = await eap.discover(task, { edgeCount: 4 }, { backend });
 * const { edges, auroc } = scoreDiscovery(discovery, truth, task.transformer.config);
 * ```
 *
 * @param truth at head granularity: see `groundTruth` and `prepareForEvaluation`
 * @param shape the transformer's
 */
export function scoreDiscovery(
  discovery: Discovery,
  truth: Circuit,
  shape: GraphShape,
): DiscoveryScore {
  const { circuit } = discovery;
  const score = circuit === undefined ? undefined : scoreFound(circuit, truth, shape);
  return {
    nodes: score?.nodes,
    edges: score?.edges,
    auroc: {
      ...rankingAurocs(rankingAtHeads(discovery, shape), truth),
      paper: paperAurocOf(discovery, truth, shape),
    },
  };
}

/** How one of the circuits of a discovery compares with the truth, and what else would. */
export function scoreFinding(
  found: SelectedCircuit,
  truth: Circuit,
  shape: GraphShape,
  key: Key,
): { readonly score: PartScores; readonly baselines: BaselineScores } {
  const way = { select: found.select, prune: found.selection.pruned };
  return {
    score: scoreFound(found.circuit, truth, shape),
    baselines: baselineScores(found, truth, shape, key, way),
  };
}
