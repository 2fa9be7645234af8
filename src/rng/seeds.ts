import { InterpBenchError } from "../errors/index.ts";

/** `count` seeds, each larger by one: `first`, `first + 1`, … `E_SEED` where the last is more than 2^53 − 1. */
export function seedsFrom(first: number, count: number): number[] {
  // What is larger is not told apart from its neighbours, so that the last cannot be computed.
  const largest = Number.MAX_SAFE_INTEGER - count + 1;
  if (first <= largest) return Array.from({ length: count }, (_, i) => first + i);
  throw new InterpBenchError("E_SEED", `there are no ${count} seeds from this one on`, {
    expected: `a seed of at most ${largest}`,
    received: String(first),
  });
}
