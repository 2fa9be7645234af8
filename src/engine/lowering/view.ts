import { rowMajorStrides, type Shape, sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";

/** Where a tensor's elements lie in the memory of the node that stores them. */
export interface View {
  /** The node whose value is stored. */
  readonly root: Tensor;
  /** Position of the first element. */
  readonly offset: number;
  /** Distance between neighbours on each axis; 0 on repeated ones. */
  readonly strides: readonly number[];
}

/** Whether elements with these strides follow each other in row-major order without gaps. */
export function isContiguous(strides: readonly number[], shape: Shape): boolean {
  const dense = rowMajorStrides(shape);
  return sizeOf(shape) === 0 || shape.every((size, i) => size === 1 || strides[i] === dense[i]);
}

/**
 * The strides of the same elements under another shape, or `undefined` when some new axis would
 * have to jump (then the elements must be copied first).
 *
 * Axes are matched in groups of equal size from the left; within a group of old axes the strides
 * must be those of one long axis.
 */
function reshapeStrides(from: Shape, strides: readonly number[], to: Shape): number[] | undefined {
  if (sizeOf(to) === 0) return rowMajorStrides(to);
  const old = from
    .map((size, i) => ({ size, stride: strides[i]! }))
    .filter((axis) => axis.size !== 1);
  const result = new Array<number>(to.length).fill(0);
  let [i, j] = [0, 0];
  while (i < old.length) {
    let [oldSize, newSize] = [old[i]!.size, 1];
    const [firstOld, firstNew] = [i, j];
    i++;
    while (newSize !== oldSize) {
      if (newSize < oldSize) newSize *= to[j++]!;
      else oldSize *= old[i++]!.size;
    }
    for (let k = firstOld; k + 1 < i; k++) {
      if (old[k]!.stride !== old[k + 1]!.stride * old[k + 1]!.size) return undefined;
    }
    let stride = old[i - 1]!.stride;
    for (let k = j - 1; k >= firstNew; k--) {
      result[k] = stride;
      stride *= to[k]!;
    }
  }
  return result;
}

/** The view of a view-like node from its input's view, or `undefined` when it needs memory. */
export function derivedView(tensor: Tensor, input: View): View | undefined {
  const { op } = tensor;
  const from = tensor.inputs[0]!.shape;
  switch (op.kind) {
    case "stopGradient":
      return input;
    case "reshape": {
      const strides = reshapeStrides(from, input.strides, tensor.shape);
      return strides && { ...input, strides };
    }
    case "transpose":
      return { ...input, strides: op.perm.map((axis) => input.strides[axis]!) };
    case "slice":
      return { ...input, offset: input.offset + op.start * input.strides[op.axis]! };
    case "broadcast": {
      const shift = tensor.shape.length - from.length;
      const strides = tensor.shape.map((size, axis) => {
        const source = axis - shift;
        return source >= 0 && from[source] === size ? input.strides[source]! : 0;
      });
      return { ...input, strides };
    }
    default:
      return undefined;
  }
}

/** The strides with which an operand walks a result of shape `shape` that it broadcasts to. */
export function broadcastStrides(
  operand: Shape,
  strides: readonly number[],
  shape: Shape,
): number[] {
  const shift = shape.length - operand.length;
  return shape.map((_, axis) => {
    const source = axis - shift;
    return source < 0 || operand[source] === 1 ? 0 : strides[source]!;
  });
}

/** An axis and the distance that each operand moves along it. */
export interface Dimension {
  readonly size: number;
  readonly strides: readonly number[];
}

/** As few dimensions as possible for walking operands together; always at least one. */
export function collapseDimensions(
  shape: Shape,
  operands: readonly (readonly number[])[],
): Dimension[] {
  const dimensions: Dimension[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const strides = operands.map((operand) => operand[axis]!);
    const outer = dimensions.at(-1);
    const joins = outer?.strides.every((stride, k) => stride === strides[k]! * size);
    if (joins) dimensions[dimensions.length - 1] = { size: outer!.size * size, strides };
    else dimensions.push({ size, strides });
  }
  return dimensions.length > 0 ? dimensions : [{ size: 1, strides: operands.map(() => 0) }];
}
