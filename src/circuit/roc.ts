import { InterpBenchError } from "../errors/index.ts";
import type { ScoreMap } from "./merge.ts";
import { assertScored, type Positives } from "./positives.ts";
import type { Rates } from "./score.ts";

/** One point of a ROC curve; both rates are between 0 and 1. */
export interface RocPoint {
  readonly fpr: number;
  readonly tpr: number;
}

/**
 * The ROC curve of a ranking: one point per distinct score, best first, with (0, 0) before them;
 * the last point is (1, 1). Items of equal score enter together, so a diagonal step is a tie.
 *
 * `undefined` if there are no positives or no negatives. `E_SCORE` if a positive has no score.
 */
export function rocCurve(scores: ScoreMap, positives: Positives): RocPoint[] | undefined {
  const total = assertScored(scores, positives);
  const negatives = scores.size - total;
  if (total === 0 || negatives === 0) return undefined;
  const points: RocPoint[] = [{ fpr: 0, tpr: 0 }];
  let tp = 0;
  let fp = 0;
  for (const tied of groupsByScore(scores)) {
    for (const text of tied) positives.has(text) ? tp++ : fp++;
    points.push({ fpr: fp / negatives, tpr: tp / total });
  }
  return points;
}

/**
 * The exact AUROC: the probability that a random positive outranks a random negative, ties counting
 * one half (Mann–Whitney U / (positives · negatives)). Depends on the ranking only.
 *
 * `undefined` if there are no positives or no negatives.
 */
export function exactAuroc(scores: ScoreMap, positives: Positives): number | undefined {
  const total = assertScored(scores, positives);
  const negatives = scores.size - total;
  if (total === 0 || negatives === 0) return undefined;
  let wins = 0;
  let negativesAbove = 0;
  for (const tied of groupsByScore(scores)) {
    const hits = tied.filter((text) => positives.has(text)).length;
    const misses = tied.length - hits;
    wins += hits * (negatives - negativesAbove - misses / 2);
    negativesAbove += misses;
  }
  return wins / (total * negatives);
}

/** The 19 thresholds of the InterpBench paper's sweep, shared by all its algorithms. */
export const PAPER_THRESHOLDS: readonly number[] = [
  0, 1e-5, 1e-4, 1e-3, 1e-2, 0.025, 0.05, 0.1, 0.2, 0.5, 0.8, 1, 10, 20, 50, 70, 100, 200, 1000,
];

/** Whether thresholds (or λ) contain the whole grid of the paper. */
export function coversPaperGrid(thresholds: readonly number[]): boolean {
  return PAPER_THRESHOLDS.every((threshold) => thresholds.includes(threshold));
}

/**
 * The point of a circuit in the plane of rates, for algorithms that run once per threshold: an
 * undefined rate counts 0, as in the paper.
 */
export function ratePoint({ fpr, tpr }: Pick<Rates, "fpr" | "tpr">): RocPoint {
  return { fpr: fpr ?? 0, tpr: tpr ?? 0 };
}

/**
 * The points of the paper's sweep for an algorithm that scores edges: at every threshold t the items
 * with score > t are found (compared in float32). A rate that is not defined counts 0, as there.
 *
 * For algorithms that must run once per threshold, make the points from their circuits instead: see
 * {@link ratePoint}.
 */
export function paperPoints(
  scores: ScoreMap,
  positives: Positives,
  thresholds: readonly number[] = PAPER_THRESHOLDS,
): RocPoint[] {
  const total = assertScored(scores, positives);
  const negatives = scores.size - total;
  return thresholds.map((threshold) => {
    const found = [...scores].filter(([, s]) => Math.fround(s) > Math.fround(threshold));
    const tp = found.filter(([text]) => positives.has(text)).length;
    const fp = found.length - tp;
    return { fpr: negatives === 0 ? 0 : fp / negatives, tpr: total === 0 ? 0 : tp / total };
  });
}

/**
 * The AUROC of the InterpBench paper: the area under the lower staircase through the points,
 * Σ (1 − x_i)(y_i − y_{i−1}).
 *
 * Points are sorted by false, then true positive rate; one below its predecessor is dropped; the
 * staircase starts at (0, 0). Pessimistic: a perfect ranking whose thresholds only ever gave all
 * edges or none scores 0. For comparisons use {@link exactAuroc}; this is for the paper's table.
 */
export function paperAuroc(points: readonly RocPoint[]): number {
  for (const { fpr, tpr } of points) {
    if (!(fpr >= 0 && fpr <= 1 && tpr >= 0 && tpr <= 1)) {
      throw new InterpBenchError("E_SCORE", "a rate is not between 0 and 1", {
        expected: "0 ≤ fpr, tpr ≤ 1; count an undefined rate as 0",
        received: `fpr ${fpr}, tpr ${tpr}`,
      });
    }
  }
  const sorted = [...points].sort((a, b) => a.fpr - b.fpr || a.tpr - b.tpr);
  let area = 0;
  let height = 0;
  for (const { fpr, tpr } of sorted) {
    if (tpr < height) continue;
    area += (1 - fpr) * (tpr - height);
    height = tpr;
  }
  return area;
}

function groupsByScore(scores: ScoreMap): string[][] {
  const groups = new Map<number, string[]>();
  for (const [text, score] of scores) {
    const group = groups.get(score);
    if (group === undefined) groups.set(score, [text]);
    else group.push(text);
  }
  return [...groups].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, texts]) => texts);
}
