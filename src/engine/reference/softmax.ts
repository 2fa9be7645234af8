import { type Shape, sizeOf } from "../graph/shape.ts";

/** The rows of the last axis: calls `visit` with the first position of each. */
export function forEachRow(shape: Shape, visit: (start: number, row: number) => void): void {
  const width = shape.at(-1)!;
  const rows = sizeOf(shape.slice(0, -1));
  for (let row = 0; row < rows; row++) visit(row * width, row);
}

/**
 * The softmax of `scale` times some numbers. Differences of halves from the one whose multiple is
 * largest: they never overflow, and are 0 for that one whatever the scale.
 */
export function softmaxOf(row: Float64Array, scale: number): Float64Array {
  const further = scale < 0 ? Math.min : Math.max;
  const extreme = row.reduce((m, x) => further(m, x));
  const exponentials = row.map((x) => Math.exp((x / 2 - extreme / 2) * scale * 2));
  const total = exponentials.reduce((sum, x) => sum + x, 0);
  return exponentials.map((x) => x / total);
}

/** The largest of some numbers, and log Σ e^(x − largest). */
export function logSumExp(row: Float64Array): { largest: number; logTotal: number } {
  const largest = row.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
  const logTotal = Math.log(row.reduce((total, v) => total + Math.exp(v - largest), 0));
  return { largest, logTotal };
}

/** How many entries of row number `row` a softmax sees: all, or 0…i of row i of each square. */
export function visibleEntries(shape: Shape, row: number, causal: boolean): number {
  const width = shape.at(-1)!;
  return causal ? (row % width) + 1 : width;
}
