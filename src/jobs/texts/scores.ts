import type { FlatScore } from "../../circuit/index.ts";
import { formatTable, type Style } from "../../report/index.ts";
import type { DiscoveryDocument } from "../plans/discovery-document.ts";

/** A line of the table of scores. */
export interface ScoreRow {
  readonly name: string;
  readonly score: FlatScore | null | undefined;
  readonly auroc?: number | null | undefined;
}

/** Scores below each other: what was found, and what else would have scored how much. */
export function scoreTable(heading: string, rows: readonly ScoreRow[], style: Style): string {
  return formatTable(
    [
      { heading, value: ({ name }) => name },
      { heading: "TP", value: ({ score }) => score?.tp },
      { heading: "FP", value: ({ score }) => score?.fp },
      { heading: "FN", value: ({ score }) => score?.fn },
      { heading: "TN", value: ({ score }) => score?.tn },
      { heading: "TPR", value: ({ score }) => score?.tpr },
      { heading: "FPR", value: ({ score }) => score?.fpr },
      { heading: "precision", value: ({ score }) => score?.precision },
      { heading: "F1", value: ({ score }) => score?.f1 },
      { heading: "AUROC", value: ({ auroc }) => auroc },
    ],
    rows,
    style,
  );
}

/** The rows of the baselines; their AUROCs are known without a ranking. */
export function baselineRows(
  baselines: DiscoveryDocument["baselines"] | null,
  part: "nodes" | "edges",
): ScoreRow[] {
  return [
    { name: "random, same size", score: baselines?.random[part], auroc: 0.5 },
    { name: "full", score: baselines?.full[part], auroc: 0.5 },
    { name: "empty", score: baselines?.empty[part], auroc: 0.5 },
    { name: "truth", score: baselines?.truth[part], auroc: 1 },
  ];
}
