import { rowMajorStrides, type Shape, sizeOf } from "../graph/shape.ts";
import type { Operation, Tensor } from "../graph/tensor.ts";
import { BINARY, UNARY } from "./scalars.ts";
import { forEachRow, logSumExp, softmaxOf, visibleEntries } from "./softmax.ts";

type Evaluate<K extends Operation["kind"]> = (
  y: Tensor & { readonly op: Extract<Operation, { kind: K }> },
  inputs: readonly Float64Array[],
  out: Float64Array,
) => void;

/** Calls `visit` with every multi-index of `shape` in row-major order, and its position. */
function forEachIndex(shape: Shape, visit: (index: readonly number[], position: number) => void) {
  const index = new Array<number>(shape.length).fill(0);
  const size = sizeOf(shape);
  for (let position = 0; position < size; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** Reads a tensor at a multi-index of a shape that it broadcasts to. */
function broadcastReader(shape: Shape, values: Float64Array, rank: number) {
  const strides = rowMajorStrides(shape);
  const shift = rank - shape.length;
  return (index: readonly number[]): number => {
    let position = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      if (shape[axis] !== 1) position += index[axis + shift]! * strides[axis]!;
    }
    return values[position]!;
  };
}

const isRow = (id: number, count: number) => Number.isInteger(id) && id >= 0 && id < count;

const broadcastCopy = (y: Tensor, inputs: readonly Float64Array[], out: Float64Array): void => {
  const read = broadcastReader(y.inputs[0]!.shape, inputs[0]!, y.shape.length);
  forEachIndex(y.shape, (index, position) => {
    out[position] = read(index);
  });
};

const copy = (_: Tensor, inputs: readonly Float64Array[], out: Float64Array): void => {
  out.set(inputs[0]!);
};

/** Copies `x` into `out` where axis `axis` starts at `start`. */
function place(
  x: Tensor,
  values: Float64Array,
  y: Tensor,
  axis: number,
  start: number,
  out: Float64Array,
) {
  const strides = rowMajorStrides(y.shape);
  forEachIndex(x.shape, (index, position) => {
    let target = start * strides[axis]!;
    for (const [i, at] of index.entries()) target += at * strides[i]!;
    out[target] = values[position]!;
  });
}

type Computed = Exclude<Operation["kind"], "input" | "batchSize" | "sampleMask" | "batchSum">;

const EVALUATORS: { [K in Computed]: Evaluate<K> } = {
  constant: (y, _, out) => out.set(y.op.values),

  unary: (y, [x], out) => {
    const f = UNARY[y.op.fn];
    for (let i = 0; i < out.length; i++) out[i] = f(x![i]!);
  },

  binary: (y, [a, b], out) => {
    const f = BINARY[y.op.fn];
    const left = broadcastReader(y.inputs[0]!.shape, a!, y.shape.length);
    const right = broadcastReader(y.inputs[1]!.shape, b!, y.shape.length);
    forEachIndex(y.shape, (index, position) => {
      out[position] = f(left(index), right(index));
    });
  },

  where: (y, values, out) => {
    const [condition, a, b] = values.map((v, i) =>
      broadcastReader(y.inputs[i]!.shape, v, y.shape.length),
    );
    forEachIndex(y.shape, (index, position) => {
      out[position] = condition!(index) !== 0 ? a!(index) : b!(index);
    });
  },

  contract: (y, [a, b], out) => {
    const { op, inputs } = y;
    const labels = [...new Set(op.out + op.a + op.b)];
    const sizes = labels.map((label) => {
      const inA = op.a.indexOf(label);
      return inA >= 0 ? inputs[0]!.shape[inA]! : inputs[1]!.shape[op.b.indexOf(label)]!;
    });
    const offsets = (term: string, shape: Shape) => {
      const strides = rowMajorStrides(shape);
      return labels.map((label) => (term.includes(label) ? strides[term.indexOf(label)]! : 0));
    };
    const [sa, sb, so] = [
      offsets(op.a, inputs[0]!.shape),
      offsets(op.b, inputs[1]!.shape),
      offsets(op.out, y.shape),
    ];
    forEachIndex(sizes, (index) => {
      let [i, j, k] = [0, 0, 0];
      for (const [axis, at] of index.entries()) {
        i += at * sa[axis]!;
        j += at * sb[axis]!;
        k += at * so[axis]!;
      }
      out[k]! += a![i]! * b![j]!;
    });
  },

  reduce: (y, [x], out) => {
    const strides = rowMajorStrides(y.shape);
    const { fn, axes } = y.op;
    if (fn === "max") out.fill(Number.NEGATIVE_INFINITY);
    forEachIndex(y.inputs[0]!.shape, (index, position) => {
      let target = 0;
      for (const [axis, at] of index.entries()) {
        if (!axes.includes(axis)) target += at * strides[axis]!;
      }
      const value = x![position]!;
      out[target] = fn === "sum" ? out[target]! + value : Math.max(out[target]!, value);
    });
  },

  argmax: (y, [x], out) => {
    const width = y.inputs[0]!.shape.at(-1)!;
    forEachRow(y.inputs[0]!.shape, (start, row) => {
      let best = 0;
      for (let i = 1; i < width; i++) if (x![start + i]! > x![start + best]!) best = i;
      out[row] = best;
    });
  },

  softmax: (y, [x], out) => {
    const { scale, causal } = y.op;
    forEachRow(y.shape, (start, row) => {
      const end = start + visibleEntries(y.shape, row, causal);
      out.set(softmaxOf(x!.subarray(start, end), scale), start);
    });
  },

  softmaxGradient: (z, [g, y], out) => {
    const { scale, causal } = z.op;
    forEachRow(z.shape, (start, row) => {
      const end = start + visibleEntries(z.shape, row, causal);
      let mean = 0;
      for (let i = start; i < end; i++) mean += g![i]! * y![i]!;
      for (let i = start; i < end; i++) out[i] = scale * y![i]! * (g![i]! - mean);
    });
  },

  logSoftmax: (y, [x], out) => {
    const width = y.shape.at(-1)!;
    forEachRow(y.shape, (start) => {
      const { largest, logTotal } = logSumExp(x!.subarray(start, start + width));
      for (let i = start; i < start + width; i++) out[i] = x![i]! - largest - logTotal;
    });
  },

  crossEntropy: (y, [x, ids], out) => {
    const width = y.inputs[0]!.shape.at(-1)!;
    forEachRow(y.inputs[0]!.shape, (start, row) => {
      const id = ids![row]!;
      const { largest, logTotal } = logSumExp(x!.subarray(start, start + width));
      out[row] = isRow(id, width) ? largest - x![start + id]! + logTotal : Number.NaN;
    });
  },

  crossEntropyGradient: (z, [g, x, ids], out) => {
    const width = z.shape.at(-1)!;
    forEachRow(z.shape, (start, row) => {
      const [id, slope] = [ids![row]!, g![row]!];
      if (!isRow(id, width)) return void out.fill(Number.NaN, start, start + width);
      const p = softmaxOf(x!.subarray(start, start + width), 1);
      for (let i = 0; i < width; i++) out[start + i] = slope * (p[i]! - (i === id ? 1 : 0));
    });
  },

  embed: (y, [table, ids], out) => {
    const count = y.inputs[0]!.shape[0]!;
    const width = sizeOf(y.inputs[0]!.shape.slice(1));
    ids!.forEach((id, i) => {
      const target = out.subarray(i * width, (i + 1) * width);
      if (isRow(id, count)) target.set(table!.subarray(id * width, (id + 1) * width));
      else target.fill(Number.NaN);
    });
  },

  scatterRows: (y, [ids, rows], out) => {
    const width = sizeOf(y.shape.slice(1));
    ids!.forEach((id, i) => {
      if (!isRow(id, y.shape[0]!)) return;
      for (let d = 0; d < width; d++) out[id * width + d]! += rows![i * width + d]!;
    });
  },

  pick: (y, [x, ids], out) => {
    const width = y.inputs[0]!.shape.at(-1)!;
    ids!.forEach((id, i) => {
      out[i] = isRow(id, width) ? x![i * width + id]! : Number.NaN;
    });
  },

  spread: (y, [x, ids], out) => {
    const width = y.shape.at(-1)!;
    ids!.forEach((id, i) => {
      if (isRow(id, width)) out[i * width + id] = x![i]!;
    });
  },

  reshape: copy,
  stopGradient: copy,
  broadcast: broadcastCopy,

  transpose: (y, [x], out) => {
    const strides = rowMajorStrides(y.inputs[0]!.shape);
    const order = y.op.perm.map((axis) => strides[axis]!);
    forEachIndex(y.shape, (index, position) => {
      out[position] = x![index.reduce((sum, at, i) => sum + at * order[i]!, 0)]!;
    });
  },

  slice: (y, [x], out) => {
    const strides = rowMajorStrides(y.inputs[0]!.shape);
    const start = y.op.start * strides[y.op.axis]!;
    forEachIndex(y.shape, (index, position) => {
      out[position] = x![index.reduce((sum, at, i) => sum + at * strides[i]!, start)]!;
    });
  },

  concat: (y, values, out) => {
    let start = 0;
    for (const [i, x] of y.inputs.entries()) {
      place(x, values[i]!, y, y.op.axis, start, out);
      start += x.shape[y.op.axis]!;
    }
  },

  pad: (y, [x], out) => place(y.inputs[0]!, x!, y, y.op.axis, y.op.before, out),
};

function dispatch<K extends Computed>(
  kind: K,
  y: Tensor,
  inputs: readonly Float64Array[],
  out: Float64Array,
) {
  const evaluate: Evaluate<K> = EVALUATORS[kind];
  evaluate(y as Tensor & { readonly op: Extract<Operation, { kind: K }> }, inputs, out);
}

/**
 * The value of one node for one sequence (or of a shared node), from its inputs' values; all
 * row-major in float64. Inputs and batch-wide nodes are not for this function.
 */
export function evaluateNode(y: Tensor, inputs: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(sizeOf(y.shape));
  const { kind } = y.op;
  if (kind === "input" || kind === "batchSize" || kind === "sampleMask" || kind === "batchSum") {
    throw new Error(`internal: ${kind} has no value of its own`);
  }
  dispatch(kind, y, inputs, out);
  return out;
}
