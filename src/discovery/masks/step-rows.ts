import { type PairedInputs, rowWeights } from "../../interventions/index.ts";
import type { Key } from "../../rng/index.ts";

/**
 * Rows of a step that is made on `count` of them: drawn with replacement, each as likely as it counts.
 *
 * @param key one for every step
 */
export function drawRows(
  inputs: Pick<PairedInputs, "rows" | "multiplicity">,
  key: Key,
  count: number,
): Uint32Array {
  const weights = rowWeights(inputs);
  let total = 0;
  const ends = weights.map((weight) => {
    total += weight;
    return total;
  });
  const last = inputs.rows - 1;
  return Uint32Array.from(key.uniform(count), (draw) => Math.min(last, firstAbove(ends, draw)));
}

/** The first place of ascending numbers with one above `x`; their number, if there is none. */
function firstAbove(ascending: Float64Array, x: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
