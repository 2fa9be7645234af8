import { InterpBenchError } from "../../errors/index.ts";
import { div, mul } from "./elementwise.ts";
import { batchSize, sampleMask } from "./inputs.ts";
import { assertLastAxis, formatShape, normalizeAxis, sizeOf } from "./shape.ts";
import { node, type Tensor } from "./tensor.ts";
import { reshape } from "./views.ts";

/** How a reduction treats the axes it has summed away. */
export interface ReduceOptions {
  /** Leave them as axes of size 1. Default `false`. */
  readonly keepDims?: boolean;
}

function reduce(
  fn: "sum" | "max",
  x: Tensor,
  axes: number | readonly number[] | undefined,
  { keepDims = false }: ReduceOptions,
): Tensor {
  const wanted = axes === undefined ? x.shape.map((_, i) => i) : [axes].flat();
  const reduced = [...new Set(wanted.map((axis) => normalizeAxis(axis, x.shape.length, fn)))];
  reduced.sort((a, b) => a - b);
  if (fn === "max" && reduced.some((axis) => x.shape[axis] === 0)) {
    throw new InterpBenchError("E_SHAPE", "the maximum of no elements is not defined", {
      received: formatShape(x.shape),
    });
  }
  const kept = x.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  const result = reduced.length === 0 ? x : node({ kind: "reduce", fn, axes: reduced }, [x], kept);
  return keepDims
    ? result
    : reshape(
        result,
        x.shape.filter((_, axis) => !reduced.includes(axis)),
      );
}

/** Sum over `axes` (all when left out). An empty axis sums to 0. */
export function sum(
  x: Tensor,
  axes?: number | readonly number[],
  options: ReduceOptions = {},
): Tensor {
  return reduce("sum", x, axes, options);
}

/** Largest element over `axes` (all when left out); ties share the gradient evenly. */
export function max(
  x: Tensor,
  axes?: number | readonly number[],
  options: ReduceOptions = {},
): Tensor {
  return reduce("max", x, axes, options);
}

/** Arithmetic mean over `axes` (all when left out). */
export function mean(
  x: Tensor,
  axes?: number | readonly number[],
  options: ReduceOptions = {},
): Tensor {
  const total = sum(x, axes, options);
  const count = sizeOf(x.shape) / Math.max(1, sizeOf(total.shape));
  return mul(total, 1 / count);
}

/** Position of the largest element of the last axis, as a number; the first one wins. No gradient. */
export function argmax(x: Tensor): Tensor {
  assertLastAxis(x.shape, "argmax");
  return node({ kind: "argmax" }, [x], x.shape.slice(0, -1));
}

/** Sum over the sequences of the batch: per sample `[...s]` → shared `[...s]`. */
export function batchSum(x: Tensor): Tensor {
  if (x.extent === "shared") return mul(x, batchSize());
  return node({ kind: "batchSum" }, [mul(x, sampleMask())], x.shape);
}

/** Mean over the sequences of the batch: `batchSum(x) / batchSize()`. */
export function batchMean(x: Tensor): Tensor {
  return div(batchSum(x), batchSize());
}
