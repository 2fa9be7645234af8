import { InterpBenchError } from "../../errors/index.ts";

/** Positions next to each other that are looked at together: from `start` up to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The spans that begin at these positions; each ends where the next begins, the last with the sequence, and what
 * is before the first is left out. Default: every position by itself. `E_OPTION` for starts that do not ascend or
 * are not there.
 */
export function spansOf(starts: readonly number[] | undefined, positions: number): readonly Span[] {
  const all = starts ?? Array.from({ length: positions }, (_, position) => position);
  const isFine = all.every((start, i) => start < positions && (i === 0 || start > all[i - 1]!));
  if (!isFine) {
    throw new InterpBenchError("E_OPTION", "these are no beginnings of spans", {
      at: "spans",
      expected: `ascending positions from 0 to ${positions - 1}`,
      received: all.join(", "),
    });
  }
  return all.map((start, i) => ({ start, end: all[i + 1] ?? positions }));
}

/** How the effects at the positions of a span become one. */
export const AGGREGATES = {
  sum: (values: readonly number[]) => values.reduce((a, b) => a + b, 0),
  mean: (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / (values.length || 1),
  sizes: (values: readonly number[]) => values.reduce((a, b) => a + Math.abs(b), 0),
  largest: (values: readonly number[]) => Math.max(0, ...values.map(Math.abs)),
} as const;
export type Aggregate = keyof typeof AGGREGATES;
