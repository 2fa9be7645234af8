import {
  type Circuit,
  coversPaperGrid,
  fullGraph,
  type GraphShape,
  headCircuit,
  mergeScores,
  PAPER_THRESHOLDS,
  paperAuroc,
  paperPoints,
  prepareForEvaluation,
  ratePoint,
  scoreCircuit,
} from "../circuit/index.ts";
import type { Algorithm, Discovery } from "./algorithm/algorithm.ts";

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
 *
 * @param params the algorithm's options, complete
 */
export function paperAurocOf(
  { paperSweep }: Pick<Algorithm, "paperSweep">,
  params: Readonly<Record<string, unknown>>,
  { findings, ranking }: Pick<Discovery, "findings" | "ranking">,
  truth: Circuit,
  shape: GraphShape,
): PaperAuroc {
  const none = (reason: string): PaperAuroc => ({ edges: undefined, nodes: undefined, reason });
  if (paperSweep === undefined) return none("the paper has no sweep of this algorithm");
  if (paperSweep.from === "scores") {
    if (params.absolute === false) return none("the paper's sweep is over the size of effects");
    if (params.normalize === true) return none("the paper's sweep is over scores as they are");
    const scores = mergeScores(ranking, fullGraph(shape));
    return {
      edges: paperAuroc(paperPoints(scores.edges, truth.edges)),
      nodes: paperAuroc(paperPoints(scores.nodes, truth.nodes)),
    };
  }
  const found = findings.filter(({ setting }) => setting.name === paperSweep.option);
  const values = found.map(({ setting }) => setting.value);
  if (!coversPaperGrid(values)) {
    return none(
      `the paper's sweep is a circuit for each of ${PAPER_THRESHOLDS.length} values of ${paperSweep.option}, from 0 to 1000`,
    );
  }
  if (params.prune === true) return none("the paper's sweep does not prune circuits");
  const full = headCircuit(shape);
  const scores = found
    .filter(({ setting }) => PAPER_THRESHOLDS.includes(setting.value))
    .map(({ circuit }) => scoreCircuit(prepareForEvaluation(circuit), truth, full));
  return {
    edges: paperAuroc(scores.map(({ edges }) => ratePoint(edges))),
    nodes: paperAuroc(scores.map(({ nodes }) => ratePoint(nodes))),
  };
}
