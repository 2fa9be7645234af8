import {
  type Circuit,
  coversPaperGrid,
  type GraphShape,
  headCircuit,
  PAPER_THRESHOLDS,
  paperAuroc,
  paperPoints,
  prepareForEvaluation,
  ratePoint,
  scoreCircuit,
} from "../circuit/index.ts";
import type { Discovery, Finding } from "./algorithm/discovery.ts";
import { rankingAtHeads } from "./ranking.ts";

/** The AUROC of the InterpBench paper for edges and nodes, or why there is none. */
export interface PaperAuroc {
  readonly edges: number | undefined;
  readonly nodes: number | undefined;
  readonly reason?: string;
}

/**
 * The AUROC of a discovery by the paper's protocol, at head granularity: a circuit for each of 19
 * values of a threshold (or λ), and the area under the lower staircase through their rates.
 *
 * Algorithms that score edges once have these circuits in their scores; ACDC and SP have to be run
 * with all 19 values. A sweep over other values, over signed or stretched scores, or with pruned
 * circuits is another one: undefined, with the reason.
 */
export function paperAurocOf(
  discovery: Pick<Discovery, "paperSweep" | "ranking" | "ranks"> & {
    readonly findings: readonly Pick<Finding, "setting" | "circuit">[];
  },
  truth: Circuit,
  shape: GraphShape,
): PaperAuroc {
  const { findings, paperSweep } = discovery;
  const none = (reason: string): PaperAuroc => ({ edges: undefined, nodes: undefined, reason });
  if (paperSweep === undefined) return none("the paper has no sweep of this algorithm");
  const { option, from, obstacle } = paperSweep;
  if (from === "scores") {
    if (obstacle !== undefined) return none(obstacle);
    const scores = rankingAtHeads(discovery, shape);
    return {
      edges: paperAuroc(paperPoints(scores.edges, truth.edges)),
      nodes: paperAuroc(paperPoints(scores.nodes, truth.nodes)),
    };
  }
  const found = findings.filter(({ setting }) => setting.name === option);
  if (!coversPaperGrid(found.map(({ setting }) => setting.value))) {
    return none(
      `the paper's sweep is a circuit for each of ${PAPER_THRESHOLDS.length} values of ${option}, from 0 to 1000`,
    );
  }
  if (obstacle !== undefined) return none(obstacle);
  const full = headCircuit(shape);
  const scores = found
    .filter(({ setting }) => PAPER_THRESHOLDS.includes(setting.value))
    .map(({ circuit }) => scoreCircuit(prepareForEvaluation(circuit), truth, full));
  return {
    edges: paperAuroc(scores.map(({ edges }) => ratePoint(edges))),
    nodes: paperAuroc(scores.map(({ nodes }) => ratePoint(nodes))),
  };
}
