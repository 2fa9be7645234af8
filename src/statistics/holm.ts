/**
 * The p-values of several tests after Holm's correction: the chance that any test of them rejects by chance is at
 * most what they are compared with. With p₍₁₎ ≤ … ≤ p₍ₘ₎, `max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎)`.
 * (Holm 1979)
 *
 * @param values `[test]`
 * @returns `[test]`, in the same order
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const corrected = new Array<number>(values.length);
  let most = 0;
  for (const [place, test] of order.entries()) {
    most = Math.max(most, Math.min(1, (values.length - place) * values[test]!));
    corrected[test] = most;
  }
  return corrected;
}
