import { InterpBenchError } from "../../errors/index.ts";
import { assertShape, formatShape, type Shape, sizeOf } from "./shape.ts";
import { leaf, type Tensor } from "./tensor.ts";

/** A tensor, or a number standing for a constant of shape `[]`. */
export type Operand = Tensor | number;

/** An input that differs per sequence (tokens, targets, cached activations): `[...shape]` each. */
export function sampleInput(name: string, shape: Shape): Tensor {
  assertShape(shape, `sample input "${name}"`);
  return leaf({ kind: "input", source: "sample", name }, shape, "sample");
}

/** A trainable input `[...shape]` that all sequences share. */
export function parameter(name: string, shape: Shape): Tensor {
  assertShape(shape, `parameter "${name}"`);
  return leaf({ kind: "input", source: "parameter", name }, shape, "shared");
}

/** A run-time knob that all sequences share (loss weight, edge mask, patch switch). */
export function scalar(name: string, shape: Shape = []): Tensor {
  assertShape(shape, `scalar "${name}"`);
  return leaf({ kind: "input", source: "scalar", name }, shape, "shared");
}

/** How a constant is stored. */
export interface ConstantOptions {
  /** Nearly all zeros: a backend may multiply by its non-zeros only. Default `false`. */
  readonly sparse?: boolean;
}

/**
 * Fixed values `[...shape]`, row-major, that all sequences share. The values are copied.
 *
 * Throws `E_SHAPE` when their number is not the shape's.
 */
export function constant(
  values: ArrayLike<number>,
  shape: Shape,
  options: ConstantOptions = {},
): Tensor {
  assertShape(shape, "constant");
  if (values.length !== sizeOf(shape)) {
    throw new InterpBenchError("E_SHAPE", "a constant's values do not fill its shape", {
      expected: `${sizeOf(shape)} values for ${formatShape(shape)}`,
      received: `${values.length} values`,
    });
  }
  const op = {
    kind: "constant",
    values: new Float64Array(values),
    sparse: options.sparse ?? false,
  } as const;
  return leaf(op, shape, "shared");
}

/** A constant of one value, repeated over `shape`. */
export function fill(value: number, shape: Shape = []): Tensor {
  return constant(new Float64Array(sizeOf(shape)).fill(value), shape);
}

/** The tensor of an operand: numbers become constants of shape `[]`. */
export function toTensor(operand: Operand): Tensor {
  return typeof operand === "number" ? fill(operand) : operand;
}

/** The number of sequences of the run, as a shared value of shape `[]`. */
export function batchSize(): Tensor {
  return leaf({ kind: "batchSize" }, [], "shared");
}

/** 1 for every real sequence of the run; a backend's padding lanes see 0. Shape `[]`, per sample. */
export function sampleMask(): Tensor {
  return leaf({ kind: "sampleMask" }, [], "sample");
}
