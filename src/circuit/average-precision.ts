import type { ScoreMap } from "./merge.ts";
import type { Positives } from "./positives.ts";
import { rocCurve } from "./roc.ts";

/**
 * The average precision of a ranking: `Σ_t (R_t − R_{t−1})·P_t` over its distinct scores t from the largest on, with
 * precision P and recall R of everything at or above t. Ties enter together, so that the order in which equal scores
 * stand does not matter. Where nothing is ranked it is the share of positives, and not ½: where few items are true this
 * tells good rankings apart that all have an AUROC near 1.
 *
 * `undefined` if there are no positives or no negatives. `E_SCORE` as {@link rocCurve}.
 */
export function averagePrecision(scores: ScoreMap, positives: Positives): number | undefined {
  const curve = rocCurve(scores, positives);
  if (curve === undefined) return undefined;
  const negatives = scores.size - positives.size;
  let total = 0;
  for (const [i, { fpr, tpr }] of curve.entries()) {
    const gained = tpr - (curve[i - 1]?.tpr ?? 0);
    const found = tpr * positives.size;
    if (gained > 0) total += (gained * found) / (found + fpr * negatives);
  }
  return total;
}

/**
 * The average precision to expect of a ranking in random order, R of its N items being positive:
 * `(R − 1)/(N − 1) + (N − R)/(N(N − 1))·H_N` with `H_N = Σ_{k ≤ N} 1/k`. It is more than the share R/N, which a ranking
 * has that ties all items, since precision at a positive counts that positive itself.
 *
 * `undefined` if there are no positives or no negatives, as {@link averagePrecision}.
 */
export function chancePrecision(positives: number, items: number): number | undefined {
  if (positives === 0 || positives === items) return undefined;
  let harmonic = 0;
  for (let k = items; k >= 1; k--) harmonic += 1 / k;
  return (positives - 1 + ((items - positives) * harmonic) / items) / (items - 1);
}
