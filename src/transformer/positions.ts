/** Positions whose outputs count: all behind the first (BOS), or the last one. */
export type OutputPositions = "notFirst" | "last";

/** What the kept positions depend on. */
export interface PositionFacts {
  /** Number of tokens of every input, BOS included. */
  readonly positions: number;
  readonly outputPositions: OutputPositions;
}

/** The positions that count for losses and accuracies: from `start` on, `count` of them. */
export function keptPositions({ positions, outputPositions }: PositionFacts): {
  readonly start: number;
  readonly count: number;
} {
  const start = outputPositions === "last" ? positions - 1 : 1;
  return { start, count: positions - start };
}
