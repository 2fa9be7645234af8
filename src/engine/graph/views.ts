import { InterpBenchError } from "../../errors/index.ts";
import {
  broadcastShapes,
  formatShape,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
} from "./shape.ts";
import { node, type Tensor } from "./tensor.ts";

/** The same elements in row-major order under another shape. Throws `E_SHAPE` on another size. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    throw new InterpBenchError("E_SHAPE", "reshape keeps the number of elements", {
      expected: `${sizeOf(x.shape)} elements, as ${formatShape(x.shape)} has`,
      received: formatShape(shape),
    });
  }
  return sameShape(shape, x.shape) ? x : node({ kind: "reshape" }, [x], shape);
}

/** Axes in another order: axis `i` of the result is axis `perm[i]` of `x`. */
export function transpose(x: Tensor, perm: readonly number[]): Tensor {
  const axes = perm.map((axis) => normalizeAxis(axis, x.shape.length, "transpose"));
  if (axes.length !== x.shape.length || new Set(axes).size !== axes.length) {
    throw new InterpBenchError("E_SHAPE", "transpose needs every axis exactly once", {
      expected: `a permutation of ${x.shape.length} axes`,
      received: formatShape(perm),
    });
  }
  if (axes.every((axis, i) => axis === i)) return x;
  const shape = axes.map((axis) => x.shape[axis]!);
  return node({ kind: "transpose", perm: axes }, [x], shape);
}

/** The part `start ≤ i < end` of one axis. Throws `E_SHAPE` when it does not lie in the axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const at = normalizeAxis(axis, x.shape.length, "slice");
  const size = x.shape[at]!;
  if (
    !(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= size)
  ) {
    throw new InterpBenchError("E_SHAPE", "slice leaves its axis", {
      expected: `0 ≤ start ≤ end ≤ ${size} on axis ${at} of ${formatShape(x.shape)}`,
      received: `${start}:${end}`,
    });
  }
  if (start === 0 && end === size) return x;
  const shape = x.shape.map((s, i) => (i === at ? end - start : s));
  return node({ kind: "slice", axis: at, start }, [x], shape);
}

/** Element `i` of one axis, which is dropped: `[a, b, c]` with axis 1 gives `[a, c]`. */
export function index(x: Tensor, axis: number, i: number): Tensor {
  const at = normalizeAxis(axis, x.shape.length, "index");
  return squeeze(slice(x, at, i, i + 1), at);
}

/** A new axis of size 1 in front of axis `axis` (−1: after the last). */
export function expandDims(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis(axis, x.shape.length + 1, "expandDims");
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Drops an axis of size 1. */
export function squeeze(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis(axis, x.shape.length, "squeeze");
  return reshape(x, [...x.shape.slice(0, at), ...x.shape.slice(at + 1)]);
}

/** `x` repeated over axes that are missing or of size 1, so that it has `shape`. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const common = broadcastShapes([x.shape, shape], "broadcastTo");
  if (!sameShape(common, shape)) {
    throw new InterpBenchError("E_SHAPE", "the tensor does not broadcast to that shape", {
      expected: formatShape(shape),
      received: formatShape(x.shape),
    });
  }
  return node({ kind: "broadcast" }, [x], shape);
}

/** Tensors one after the other along an axis; the other axes must agree. */
export function concat(xs: readonly Tensor[], axis: number): Tensor {
  const first = xs[0];
  if (first === undefined)
    throw new InterpBenchError("E_SHAPE", "concat needs at least one tensor");
  const at = normalizeAxis(axis, first.shape.length, "concat");
  for (const x of xs) {
    const fits =
      x.shape.length === first.shape.length &&
      x.shape.every((size, i) => i === at || size === first.shape[i]);
    if (!fits) {
      throw new InterpBenchError("E_SHAPE", `concat: shapes may differ on axis ${at} only`, {
        received: xs.map((t) => formatShape(t.shape)).join(", "),
      });
    }
  }
  if (xs.length === 1) return first;
  const total = xs.reduce((sum, x) => sum + x.shape[at]!, 0);
  const shape = first.shape.map((size, i) => (i === at ? total : size));
  return node({ kind: "concat", axis: at }, xs, shape);
}

/** Tensors of one shape side by side along a new axis. */
export function stack(xs: readonly Tensor[], axis: number): Tensor {
  return concat(
    xs.map((x) => expandDims(x, axis)),
    axis < 0 ? axis + (xs[0]?.shape.length ?? 0) + 1 : axis,
  );
}

/** `x` with `before` and `after` zeros on one axis: the inverse of {@link slice} for gradients. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  const at = normalizeAxis(axis, x.shape.length, "pad");
  if (before === 0 && after === 0) return x;
  const shape = x.shape.map((size, i) => (i === at ? size + before + after : size));
  return node({ kind: "pad", axis: at, before }, [x], shape);
}
