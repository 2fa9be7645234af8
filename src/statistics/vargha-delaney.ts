import { EQUAL } from "./equal.ts";

/**
 * The Vargha–Delaney effect size Â₁₂: the probability that a number of the first sample is larger than one of the
 * second, equal ones (up to {@link EQUAL}) counting one half. 0.5 is no effect, 0.56 a small, 0.64 a medium and 0.71 a
 * large one. (Vargha & Delaney 2000)
 *
 * It looks at all pairs of numbers, whether of the same item or not. `undefined` for an empty sample.
 */
export function varghaDelaney(
  first: readonly number[],
  second: readonly number[],
): number | undefined {
  if (first.length === 0 || second.length === 0) return undefined;
  let wins = 0;
  for (const x of first) {
    for (const y of second) wins += x - y > EQUAL ? 1 : y - x > EQUAL ? 0 : 0.5;
  }
  return wins / (first.length * second.length);
}
