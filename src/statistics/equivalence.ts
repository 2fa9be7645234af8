import { incompleteBeta } from "./special-functions.ts";

/** Whether one of two methods is better on most items. */
export interface EquivalenceTest {
  /** Items on which the first is better. */
  readonly wins: number;
  /** Items on which they are not alike. */
  readonly total: number;
  /** What speaks for equivalence; 1 where the methods are alike on all items. */
  readonly pValue: number;
}

/** P(X ≥ k) of `total` draws with this probability. */
const tail = (k: number, total: number, probability: number): number =>
  k <= 0 ? 1 : k > total ? 0 : incompleteBeta(probability, k, total - k + 1);

/**
 * Tests whether two methods are about as good: that the first wins an item with a probability within
 * `margin` of ½. With `d = |wins − total/2|` the p-value is that of a distance of at least d at the edge
 * of the hypothesis, `P(X ≥ total/2 + d) + P(X ≤ total/2 − d)` for X of `total` draws with ½ + margin. A small
 * one refutes equivalence. (Shi et al. 2024, Hypothesis Testing the Circuit Hypothesis in LLMs, §3.1)
 *
 * Items on which both are alike say nothing about who wins, and are left out, as in the sign test.
 */
export function equivalenceTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  margin = 0.1,
): EquivalenceTest {
  let [wins, total] = [0, 0];
  for (let i = 0; i < first.length; i++) {
    if (first[i] === second[i]) continue;
    total++;
    if (first[i]! > second[i]!) wins++;
  }
  const more = Math.max(wins, total - wins);
  const [above, below] = [tail(more, total, 0.5 + margin), tail(more, total, 0.5 - margin)];
  return { wins, total, pValue: Math.min(1, above + below) };
}
