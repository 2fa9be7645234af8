import { type Shape, sizeOf } from "../graph/shape.ts";

/** The rows of the last axis: calls `visit` with the first position of each. */
export function forEachRow(shape: Shape, visit: (start: number, row: number) => void): void {
  const width = shape.at(-1)!;
  const rows = sizeOf(shape.slice(0, -1));
  for (let row = 0; row < rows; row++) visit(row * width, row);
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
