import { concat, slice, type Tensor } from "../engine/index.ts";
import type { LogitsAt } from "./forward.ts";

/** Positions whose outputs count: all behind the first (BOS), all, the last, or those with these numbers. */
export type OutputPositions = "notFirst" | "all" | "last" | readonly number[];

/** What the kept positions depend on. */
export interface PositionFacts {
  /** Number of tokens of every input, BOS included. */
  readonly positions: number;
  readonly outputPositions: OutputPositions;
}

/** The positions that count for losses and accuracies, ascending. */
export function keptPositions({ positions, outputPositions }: PositionFacts): number[] {
  if (typeof outputPositions !== "string") return [...outputPositions].sort((a, b) => a - b);
  const first = { all: 0, notFirst: 1, last: positions - 1 }[outputPositions];
  return Array.from({ length: positions - first }, (_, i) => first + i);
}

/** Where a forward pass must make logits. */
export function logitsNeeded(facts: PositionFacts): LogitsAt {
  return keptPositions(facts).every((position) => position === facts.positions - 1)
    ? "last"
    : "all";
}

/** The positions that count of something `[pos, …]`; a tensor of these alone is kept as it is. */
export function atKeptPositions(facts: PositionFacts, x: Tensor): Tensor {
  const kept = keptPositions(facts);
  if (x.shape[0] === kept.length) return x;
  const starts = kept.filter((position, i) => position !== kept[i - 1]! + 1);
  const parts = starts.map((start) => {
    let end = start + 1;
    while (kept.includes(end)) end++;
    return slice(x, 0, start, end);
  });
  return parts.length === 1 ? parts[0]! : concat(parts, 0);
}

/** What is wrong with the positions of a task, if anything is: at least one counts, and all exist. */
export function positionsProblem(
  { positions, outputPositions }: PositionFacts,
  nCtx: number,
): { readonly at: string; readonly expected: string; readonly received: string } | undefined {
  const shortest = outputPositions === "notFirst" ? 2 : 1;
  if (!Number.isInteger(positions) || positions < shortest || positions > nCtx) {
    const expected = `a whole number from ${shortest} to ${nCtx}`;
    return { at: "positions", expected, received: String(positions) };
  }
  if (typeof outputPositions === "string") return undefined;
  const isPosition = (x: number) => Number.isInteger(x) && x >= 0 && x < positions;
  const isFine =
    outputPositions.length > 0 &&
    outputPositions.every(isPosition) &&
    new Set(outputPositions).size === outputPositions.length;
  if (isFine) return undefined;
  return {
    at: "outputPositions",
    expected: `different positions from 0 to ${positions - 1}, at least one`,
    received: `[${outputPositions.join(", ")}]`,
  };
}
