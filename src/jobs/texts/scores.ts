import { chancePrecision, type FlatScore } from "../../circuit/index.ts";
import { formatTable, type Style } from "../../report/index.ts";

/** A line of the table of scores. */
export interface ScoreRow {
  readonly name: string;
  readonly score: FlatScore | null | undefined;
  readonly auroc?: number | null | undefined;
  readonly averagePrecision?: number | null | undefined;
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
      { heading: "SHD", value: ({ score }) => score?.shd },
      { heading: "AUROC", value: ({ auroc }) => auroc },
      { heading: "AP", value: ({ averagePrecision }) => averagePrecision },
    ],
    rows,
    style,
  );
}

/** What a result is compared with, and the area under the ROC curve of each. */
const COMPARED = { random: 0.5, full: 0.5, empty: 0.5, truth: 1 } as const;

type Compared = keyof typeof COMPARED;

const NAMES: Partial<Readonly<Record<Compared, string>>> = { random: "random, same size" };

/** The average precision of rankings in random order; of what has everything, or nothing, the share of true items. */
function precisionOf(key: Compared, { tp, fp, fn, tn }: FlatScore): number | undefined {
  const [positives, items] = [tp + fn, tp + fp + fn + tn];
  return key === "random" ? chancePrecision(positives, items) : positives / items;
}

/**
 * The rows of baselines, whose AUROCs and average precisions are known without a ranking; `scoreOf` gives the score
 * of one.
 */
export const baselineRows = <Parts>(
  baselines: Readonly<Record<Compared, Parts>> | null | undefined,
  scoreOf: (parts: Parts) => FlatScore,
): ScoreRow[] =>
  (Object.keys(COMPARED) as Compared[]).map((key) => {
    const score = baselines && scoreOf(baselines[key]);
    const auroc = COMPARED[key];
    return {
      name: NAMES[key] ?? key,
      score,
      auroc,
      averagePrecision: auroc === 1 ? 1 : score && precisionOf(key, score),
    };
  });
