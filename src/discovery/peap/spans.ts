import type * as z from "zod/mini";
import { InterpBenchError } from "../../errors/index.ts";

/** Positions next to each other that are looked at together: from `start` up to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Whether each number is larger than the one before it. */
const isAscending = (starts: readonly number[]): boolean =>
  starts.every((start, i) => i === 0 || start > starts[i - 1]!);

/** Refuses starts of spans that do not ascend, whatever the inputs. */
export function checkAscending({ value, issues }: z.core.ParsePayload<number[]>): void {
  if (isAscending(value)) return;
  issues.push({ code: "custom", input: value, message: "ascending positions, from 0" });
}

/**
 * The spans that begin at these positions; each ends where the next begins, the last with the sequence, and what
 * is before the first is left out. Default: every position by itself. `E_OPTION` for starts that do not ascend or
 * are not there.
 */
export function spansOf(starts: readonly number[] | undefined, positions: number): readonly Span[] {
  const all = starts ?? Array.from({ length: positions }, (_, position) => position);
  const isFine = isAscending(all) && all.every((start) => start < positions);
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
