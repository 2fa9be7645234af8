/**
 * The smallest and the largest of numbers, however many there are: `Math.min(...numbers)` fits on the
 * stack for some hundred thousand only. Of none ∞ and −∞; NaN is passed over.
 */
export function extremes(numbers: Iterable<number>): {
  readonly smallest: number;
  readonly largest: number;
} {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const x of numbers) {
    if (x < smallest) smallest = x;
    if (x > largest) largest = x;
  }
  return { smallest, largest };
}
