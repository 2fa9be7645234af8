import {
  type Aurocs,
  type BaselineScores,
  baselineScores,
  type Circuit,
  type FlatScore,
  type GraphShape,
  type PartScores,
  pruneCircuit,
  rankingAurocs,
  rankingPrecisions,
  scoreFound,
} from "../circuit/index.ts";
import type { Key } from "../rng/index.ts";
import type { Discovery } from "./algorithm/discovery.ts";
import type { SelectedCircuit } from "./algorithm/selected-circuit.ts";
import { type PaperAuroc, paperAurocOf } from "./paper-auroc.ts";
import { rankingAtHeads } from "./ranking.ts";

/** The score of a discovery against the truth, at head granularity. */
export interface DiscoveryScore {
  /** Of the only circuit; `undefined` if there is none, or several. */
  readonly nodes: FlatScore | undefined;
  readonly edges: FlatScore | undefined;
  /** Of the ranking of all edges and all nodes. `paper`: by the sweep of the paper, where there is one. */
  readonly auroc: Aurocs & { readonly paper: PaperAuroc };
  /** Of the same rankings: beside the AUROC, which hardly tells good ones apart where little is true. */
  readonly averagePrecision: Aurocs;
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
  const heads = rankingAtHeads(discovery, shape);
  return {
    nodes: score?.nodes,
    edges: score?.edges,
    auroc: {
      ...rankingAurocs(heads, truth),
      paper: paperAurocOf(discovery, truth, shape),
    },
    averagePrecision: rankingPrecisions(heads, truth),
  };
}

/** The score of one of the circuits of a discovery, and what else scores how much. */
export interface FindingScore {
  readonly score: PartScores;
  /** What edges on no path do to it, whether they were dropped or not; absent if there are none. */
  readonly pruning?: Readonly<Record<"unpruned" | "pruned", PartScores>>;
  readonly baselines: BaselineScores;
}

/** How one of the circuits of a discovery compares with the truth, and what else would. */
export function scoreFinding(
  found: SelectedCircuit,
  truth: Circuit,
  shape: GraphShape,
  key: Key,
): FindingScore {
  const way = { select: found.select, prune: found.selection.pruned };
  const scoreOf = (circuit: Circuit) => scoreFound(circuit, truth, shape);
  const pruning = {
    unpruned: scoreOf(found.unpruned),
    pruned: scoreOf(pruneCircuit(found.unpruned)),
  };
  return {
    score: scoreOf(found.circuit),
    ...(found.selection.offPath === 0 ? {} : { pruning }),
    baselines: baselineScores(found, truth, shape, key, way),
  };
}
