import type { Step } from "./steps.ts";

/** Positions of the sizes among the words of a contraction step, see `emitContraction`. */
const INNER = 5;
const COUNTS = 8;

/**
 * Multiply-adds of steps for one sequence: what decides whether a run is worth several threads.
 * Everything but contractions is left out.
 */
export function countMultiplyAdds(steps: readonly Step[]): number {
  let total = 0;
  for (const { opcode, words } of steps) {
    if (!opcode.startsWith("contract")) continue;
    const sizes = [words[INNER]!, ...words.slice(COUNTS, COUNTS + 4)];
    total += sizes.reduce<number>((product, size) => product * (size as number), 1);
  }
  return total;
}
