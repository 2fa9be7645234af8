import type { Pairs } from "../interventions/index.ts";

/** Interventions that may come out differently, among those of a list of pairs. */
export interface DistinctInterventions {
  /** A pair for each. */
  readonly pairs: Pairs;
  /** Which of them each pair of the list is. `[pair]` */
  readonly numbers: Uint32Array;
}

/**
 * Finds the different interventions at a node: pairs of one base whose sources give the node the same
 * value come out the same.
 *
 * @param numberOf the number of the node's value on each input, equal ones alike; that of inputs which
 *   are no sources does not matter. `[row]`
 */
export function distinctInterventions(
  numberOf: Uint32Array,
  { base, source }: Pairs,
): DistinctInterventions {
  const inputCount = numberOf.length;
  const known = new Map<number, number>();
  const numbers = new Uint32Array(base.length);
  const firsts: number[] = [];
  for (let pair = 0; pair < base.length; pair++) {
    const key = numberOf[source[pair]!]! * inputCount + base[pair]!;
    let number = known.get(key);
    if (number === undefined) {
      number = firsts.length;
      known.set(key, number);
      firsts.push(pair);
    }
    numbers[pair] = number;
  }
  const pick = (side: Uint32Array) => Uint32Array.from(firsts, (pair) => side[pair]!);
  return { pairs: { base: pick(base), source: pick(source) }, numbers };
}
