import { InterpBenchError } from "../../errors/index.ts";

/** Sizes of a tensor's axes, outermost first; `[]` is a single number. There is no batch axis. */
export type Shape = readonly number[];

/** The number of elements of a tensor of this shape: the product of its sizes (1 for `[]`). */
export function sizeOf(shape: Shape): number {
  let product = 1;
  for (const size of shape) product *= size;
  return product;
}

/** Row-major strides, in elements: the last axis has stride 1. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** A shape as people write it: `[4, 12, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Throws `E_SHAPE` unless the last axis has elements. */
export function assertLastAxis(shape: Shape, what: string): void {
  if ((shape.at(-1) ?? 0) > 0) return;
  throw new InterpBenchError("E_SHAPE", `${what} needs a last axis with elements`, {
    received: formatShape(shape),
  });
}

/** Throws `E_SHAPE` unless there is one id for each row of the last axis. */
export function assertIdPerRow(rows: Shape, ids: Shape, what: string): void {
  assertLastAxis(rows, what);
  if (sameShape(rows.slice(0, -1), ids)) return;
  throw new InterpBenchError("E_SHAPE", `${what} needs one id for each row of the last axis`, {
    expected: formatShape(rows.slice(0, -1)),
    received: formatShape(ids),
  });
}

/** Throws `E_SHAPE` unless every size is a whole number ≥ 0. */
export function assertShape(shape: Shape, what: string): void {
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new InterpBenchError("E_SHAPE", `${what}: a shape has whole sizes of at least 0`, {
      received: formatShape(shape),
    });
  }
}

/**
 * An axis number counted from the front: −1 is the last axis.
 *
 * Throws `E_SHAPE` when the tensor has no such axis.
 */
export function normalizeAxis(axis: number, rank: number, what: string): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw new InterpBenchError("E_SHAPE", `${what}: there is no axis ${axis}`, {
      expected: `an axis from ${-rank} to ${rank - 1}`,
      received: String(axis),
    });
  }
  return normalized;
}

/**
 * The common shape of operands under NumPy broadcasting: shapes are aligned at the last axis and
 * an axis of size 1 (or a missing one) stretches.
 *
 * Throws `E_SHAPE` when two sizes differ and neither is 1.
 */
export function broadcastShapes(shapes: readonly Shape[], what: string): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const shift = rank - shape.length;
    shape.forEach((size, i) => {
      const axis = i + shift;
      const current = result[axis]!;
      if (current === 1) result[axis] = size;
      else if (size !== 1 && size !== current) {
        throw new InterpBenchError("E_SHAPE", `${what}: the shapes do not broadcast together`, {
          received: shapes.map(formatShape).join(" and "),
          hint: "Aligned at the last axis, sizes must be equal or 1.",
        });
      }
    });
  }
  return result;
}
