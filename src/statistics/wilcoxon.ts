import { EQUAL } from "./equal.ts";
import { averageRanks } from "./ranks.ts";

/** What Wilcoxon's test finds. */
export interface SignedRank {
  /** Pairs that differ: those that count. */
  readonly pairs: number;
  /** The sum of the ranks of the pairs in which the first is larger, R⁺. */
  readonly first: number;
  /** The same of the second, R⁻. */
  readonly second: number;
  /** How often a difference as large, in either direction, comes by chance; 1 without pairs that differ. */
  readonly p: number;
}

/**
 * Wilcoxon's signed-rank test of two methods on the same items, two-sided: the sizes of the differences are
 * ranked, equal ones sharing their mean rank, and pairs without a difference (up to {@link EQUAL}) left out;
 * `p = min(1, 2·P(R ≤ min(R⁺, R⁻)))`.
 *
 * P is exact for any number of pairs, with ties, too: the share of the 2ⁿ ways to sign the ranks at hand, counted
 * by adding one rank after the other. (Wilcoxon 1945; leaving out zeros is his)
 *
 * @param differences of each item, first minus second
 */
export function signedRankTest(differences: readonly number[]): SignedRank {
  const counted = differences.filter((x) => Math.abs(x) > EQUAL);
  const ranks = averageRanks(counted.map(Math.abs), EQUAL);
  const first = ranks.reduce((sum, rank, i) => sum + (counted[i]! > 0 ? rank : 0), 0);
  const second = ranks.reduce((sum, rank) => sum + rank, 0) - first;
  const p = Math.min(1, 2 * shareOfSums(ranks, Math.min(first, second)));
  return { pairs: counted.length, first, second, p };
}

/** The share of the subsets of some ranks whose sum is at most `limit`. */
function shareOfSums(ranks: readonly number[], limit: number): number {
  // Mean ranks are halves of whole numbers.
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const shares = new Float64Array(total + 1);
  shares[0] = 1;
  for (const rank of doubled) {
    for (let sum = total; sum >= 0; sum--) {
      shares[sum] = (shares[sum]! + (sum >= rank ? shares[sum - rank]! : 0)) / 2;
    }
  }
  return shares.subarray(0, Math.round(2 * limit) + 1).reduce((sum, share) => sum + share, 0);
}
