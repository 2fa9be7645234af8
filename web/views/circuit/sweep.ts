import type { ScoreMap } from "../../../src/circuit/index.ts";

/** How many of the items above a threshold are true, and how many are not. */
export interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** A ranking against what is true of it, summed up beforehand: any threshold is then read off. */
export interface Sweep {
  /** Of the items whose score is larger than the threshold. O(log n). */
  countsAbove(threshold: number): Counts;
  /** The counts of a number of items that were chosen otherwise. */
  countsOf(found: { has(text: string): boolean }): Counts;
}

/** Sorts a ranking once. Scores are compared in single precision, as `circuitAbove` does. */
export function sweepOf(scores: ScoreMap, truth: { has(text: string): boolean }): Sweep {
  const items = Array.from(scores, ([text, score]) => ({
    score: Math.fround(score),
    isTrue: truth.has(text),
  })).sort((a, b) => b.score - a.score);
  const trueBefore = [0];
  for (const { isTrue } of items) trueBefore.push(trueBefore.at(-1)! + (isTrue ? 1 : 0));
  const positives = trueBefore.at(-1)!;
  const countsOfFirst = (kept: number): Counts => {
    const tp = trueBefore[kept]!;
    return counted(tp, kept - tp, positives, items.length);
  };
  return {
    countsAbove(threshold) {
      const limit = Math.fround(threshold);
      let [low, high] = [0, items.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (items[middle]!.score > limit) low = middle + 1;
        else high = middle;
      }
      return countsOfFirst(low);
    },
    countsOf(found) {
      let [tp, fp] = [0, 0];
      for (const text of scores.keys()) if (found.has(text)) truth.has(text) ? tp++ : fp++;
      return counted(tp, fp, positives, items.length);
    },
  };
}

const counted = (tp: number, fp: number, positives: number, all: number): Counts => ({
  tp,
  fp,
  fn: positives - tp,
  tn: all - positives - fp,
});

/** The rates of counts; `undefined` where there is nothing to divide by. */
export function ratesOfCounts({ tp, fp, fn, tn }: Counts) {
  const share = (part: number, of: number) => (of === 0 ? undefined : part / of);
  return { tpr: share(tp, tp + fn), fpr: share(fp, fp + tn), precision: share(tp, tp + fp) };
}

/**
 * The thresholds at which the circuit changes, from the empty one (the largest score) to all that is
 * ranked (−∞): the k-th keeps the k largest values of the ranking, ties together.
 */
export function thresholdsOf(scores: ScoreMap): readonly number[] {
  const values = new Set(Array.from(scores.values(), Math.fround));
  return [...[...values].sort((a, b) => b - a), Number.NEGATIVE_INFINITY];
}
