import { rowMajorStrides, type Shape, sizeOf } from "../graph/shape.ts";
import type { Operation, Tensor } from "../graph/tensor.ts";
import { BINARY, UNARY } from "./scalars.ts";
import { forEachRow, logSumExp, softmaxOf, visibleEntries } from "./softmax.ts";

/** Computes a node for one sequence, from its inputs' values, into zeros. */
export type Evaluate = (inputs: readonly Float64Array[], out: Float64Array) => void;

type Evaluator<K extends Operation["kind"]> = (
  y: Tensor & { readonly op: Extract<Operation, { kind: K }> },
) => Evaluate;

/** How far apart neighbours on each axis are in an array; 0 where they are one. */
type Strides = readonly number[];

/** Those of an array that is not looked at. */
const NOWHERE: Strides = [];

/** An axis, and how far apart neighbours on it are in each of three arrays. */
interface Axis {
  readonly size: number;
  readonly steps: readonly [a: number, b: number, c: number];
}

/** The multi-indices of a shape in row-major order, as runs along the innermost axis. */
interface Walk {
  readonly outer: readonly Axis[];
  readonly run: Axis;
}

/** The walk over a shape in up to three arrays. Axes that all of them pass through as one are one. */
function walkOf(shape: Shape, [a = NOWHERE, b = NOWHERE, c = NOWHERE]: readonly Strides[]): Walk {
  const axes: Axis[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const steps = [a[axis] ?? 0, b[axis] ?? 0, c[axis] ?? 0] as const;
    const last = axes.at(-1);
    if (last?.steps.every((step, k) => step === steps[k]! * size)) {
      axes[axes.length - 1] = { size: last.size * size, steps };
    } else axes.push({ size, steps });
  }
  const run = axes.pop() ?? { size: 1, steps: [0, 0, 0] };
  return { outer: axes, run };
}

/** Calls `visit` for every run of a walk in order, with the places in the arrays where it starts. */
function forEachRun({ outer }: Walk, visit: (a: number, b: number, c: number) => void): void {
  const index = new Array<number>(outer.length).fill(0);
  let [i, j, k] = [0, 0, 0];
  for (let left = outer.reduce((count, { size }) => count * size, 1); left > 0; left--) {
    visit(i, j, k);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const { size, steps } = outer[axis]!;
      const isWithin = ++index[axis]! < size;
      const count = isWithin ? 1 : 1 - size;
      i += count * steps[0];
      j += count * steps[1];
      k += count * steps[2];
      if (isWithin) break;
      index[axis] = 0;
    }
  }
}

/** The strides of a tensor for multi-indices of a shape that it broadcasts to. */
function broadcastStrides({ shape }: Tensor, { length }: Shape): Strides {
  const strides = rowMajorStrides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return [...new Array<number>(length - shape.length).fill(0), ...strides];
}

const isRow = (id: number, count: number) => Number.isInteger(id) && id >= 0 && id < count;

/** Reads the input at places of so many strides, from `start` on, one after the other. */
function gather(shape: Shape, strides: Strides, start = 0): Evaluate {
  const walk = walkOf(shape, [strides]);
  const { size, steps } = walk.run;
  const [step] = steps;
  return ([x], out) => {
    let position = 0;
    forEachRun(walk, (i) => {
      for (let n = 0; n < size; n++) out[position++] = x![start + i + n * step]!;
    });
  };
}

const copy = (): Evaluate => (inputs, out) => out.set(inputs[0]!);

/** Writes the input `x` of `y` where axis `axis` starts at `start`. */
function scatter(x: Tensor, y: Tensor, axis: number, start: number): Evaluate {
  const strides = rowMajorStrides(y.shape);
  const first = start * strides[axis]!;
  const walk = walkOf(x.shape, [strides]);
  const { size, steps } = walk.run;
  const [step] = steps;
  return ([values], out) => {
    let position = 0;
    forEachRun(walk, (i) => {
      for (let n = 0; n < size; n++) out[first + i + n * step] = values![position++]!;
    });
  };
}

/** Kinds of nodes that are given, or are no matter of one sequence. */
const GIVEN = ["input", "constant", "batchSize", "sampleMask", "batchSum"] as const;
type Computed = Exclude<Operation["kind"], (typeof GIVEN)[number]>;

const isComputedKind = (kind: Operation["kind"]): kind is Computed =>
  !(GIVEN as readonly string[]).includes(kind);

/** Whether {@link nodeEvaluator} computes a node. */
export const isComputed = ({ op }: Tensor): boolean => isComputedKind(op.kind);

const EVALUATORS: { [K in Computed]: Evaluator<K> } = {
  unary: (y) => {
    const f = UNARY[y.op.fn];
    return ([x], out) => {
      for (let i = 0; i < out.length; i++) out[i] = f(x![i]!);
    };
  },

  binary: (y) => {
    const f = BINARY[y.op.fn];
    const strides = y.inputs.map((input) => broadcastStrides(input, y.shape));
    const walk = walkOf(y.shape, strides);
    const { size, steps } = walk.run;
    const [stepA, stepB] = steps;
    return ([a, b], out) => {
      let position = 0;
      forEachRun(walk, (i, j) => {
        for (let n = 0; n < size; n++) {
          out[position++] = f(a![i + n * stepA]!, b![j + n * stepB]!);
        }
      });
    };
  },

  where: (y) => {
    const strides = y.inputs.map((input) => broadcastStrides(input, y.shape));
    const walk = walkOf(y.shape, strides);
    const { size, steps } = walk.run;
    const [step, stepA, stepB] = steps;
    return ([condition, a, b], out) => {
      let position = 0;
      forEachRun(walk, (i, j, k) => {
        for (let n = 0; n < size; n++) {
          const isFirst = condition![i + n * step] !== 0;
          out[position++] = isFirst ? a![j + n * stepA]! : b![k + n * stepB]!;
        }
      });
    };
  },

  contract: (y) => {
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
    const strides = [
      offsets(op.a, inputs[0]!.shape),
      offsets(op.b, inputs[1]!.shape),
      offsets(op.out, y.shape),
    ];
    const walk = walkOf(sizes, strides);
    const { size, steps } = walk.run;
    const [stepA, stepB, stepOut] = steps;
    return ([a, b], out) =>
      forEachRun(walk, (i, j, k) => {
        for (let n = 0; n < size; n++) {
          out[k + n * stepOut]! += a![i + n * stepA]! * b![j + n * stepB]!;
        }
      });
  },

  reduce: (y) => {
    const { fn, axes } = y.op;
    const strides = rowMajorStrides(y.shape).map((stride, i) => (axes.includes(i) ? 0 : stride));
    const walk = walkOf(y.inputs[0]!.shape, [strides]);
    const { size, steps } = walk.run;
    const [step] = steps;
    return ([x], out) => {
      if (fn === "max") out.fill(Number.NEGATIVE_INFINITY);
      let position = 0;
      forEachRun(walk, (i) => {
        for (let n = 0; n < size; n++) {
          const value = x![position++]!;
          const target = i + n * step;
          out[target] = fn === "sum" ? out[target]! + value : Math.max(out[target]!, value);
        }
      });
    };
  },

  argmax:
    (y) =>
    ([x], out) => {
      const width = y.inputs[0]!.shape.at(-1)!;
      forEachRow(y.inputs[0]!.shape, (start, row) => {
        let best = 0;
        for (let i = 1; i < width; i++) if (x![start + i]! > x![start + best]!) best = i;
        out[row] = best;
      });
    },

  softmax:
    (y) =>
    ([x], out) => {
      const { scale, causal } = y.op;
      forEachRow(y.shape, (start, row) => {
        const end = start + visibleEntries(y.shape, row, causal);
        out.set(softmaxOf(x!.subarray(start, end), scale), start);
      });
    },

  softmaxGradient:
    (z) =>
    ([g, y], out) => {
      const { scale, causal } = z.op;
      forEachRow(z.shape, (start, row) => {
        const end = start + visibleEntries(z.shape, row, causal);
        let mean = 0;
        for (let i = start; i < end; i++) mean += g![i]! * y![i]!;
        for (let i = start; i < end; i++) out[i] = scale * y![i]! * (g![i]! - mean);
      });
    },

  logSoftmax:
    (y) =>
    ([x], out) => {
      const width = y.shape.at(-1)!;
      forEachRow(y.shape, (start) => {
        const { largest, logTotal } = logSumExp(x!.subarray(start, start + width));
        for (let i = start; i < start + width; i++) out[i] = x![i]! - largest - logTotal;
      });
    },

  crossEntropy:
    (y) =>
    ([x, ids], out) => {
      const width = y.inputs[0]!.shape.at(-1)!;
      forEachRow(y.inputs[0]!.shape, (start, row) => {
        const id = ids![row]!;
        const { largest, logTotal } = logSumExp(x!.subarray(start, start + width));
        out[row] = isRow(id, width) ? largest - x![start + id]! + logTotal : Number.NaN;
      });
    },

  crossEntropyGradient:
    (z) =>
    ([g, x, ids], out) => {
      const width = z.shape.at(-1)!;
      forEachRow(z.shape, (start, row) => {
        const [id, slope] = [ids![row]!, g![row]!];
        if (!isRow(id, width)) return void out.fill(Number.NaN, start, start + width);
        const p = softmaxOf(x!.subarray(start, start + width), 1);
        for (let i = 0; i < width; i++) out[start + i] = slope * (p[i]! - (i === id ? 1 : 0));
      });
    },

  embed:
    (y) =>
    ([table, ids], out) => {
      const count = y.inputs[0]!.shape[0]!;
      const width = sizeOf(y.inputs[0]!.shape.slice(1));
      ids!.forEach((id, i) => {
        const target = out.subarray(i * width, (i + 1) * width);
        if (isRow(id, count)) target.set(table!.subarray(id * width, (id + 1) * width));
        else target.fill(Number.NaN);
      });
    },

  scatterRows:
    (y) =>
    ([ids, rows], out) => {
      const width = sizeOf(y.shape.slice(1));
      ids!.forEach((id, i) => {
        if (!isRow(id, y.shape[0]!)) return;
        for (let d = 0; d < width; d++) out[id * width + d]! += rows![i * width + d]!;
      });
    },

  pick:
    (y) =>
    ([x, ids], out) => {
      const width = y.inputs[0]!.shape.at(-1)!;
      ids!.forEach((id, i) => {
        out[i] = isRow(id, width) ? x![i * width + id]! : Number.NaN;
      });
    },

  spread:
    (y) =>
    ([x, ids], out) => {
      const width = y.shape.at(-1)!;
      ids!.forEach((id, i) => {
        if (isRow(id, width)) out[i * width + id] = x![i]!;
      });
    },

  reshape: copy,
  stopGradient: copy,
  broadcast: (y) => gather(y.shape, broadcastStrides(y.inputs[0]!, y.shape)),

  transpose: (y) => {
    const strides = rowMajorStrides(y.inputs[0]!.shape);
    return gather(
      y.shape,
      y.op.perm.map((axis) => strides[axis]!),
    );
  },

  slice: (y) => {
    const strides = rowMajorStrides(y.inputs[0]!.shape);
    return gather(y.shape, strides, y.op.start * strides[y.op.axis]!);
  },

  concat: (y) => {
    let start = 0;
    const parts = y.inputs.map((x) => {
      const part = scatter(x, y, y.op.axis, start);
      start += x.shape[y.op.axis]!;
      return part;
    });
    return (values, out) => {
      for (const [i, part] of parts.entries()) part([values[i]!], out);
    };
  },

  pad: (y) => scatter(y.inputs[0]!, y, y.op.axis, y.op.before),
};

/** What computes a node for one sequence. */
function evaluatorOf<K extends Computed>(kind: K, y: Tensor): Evaluate {
  const evaluator: Evaluator<K> = EVALUATORS[kind];
  return evaluator(y as Tensor & { readonly op: Extract<Operation, { kind: K }> });
}

/**
 * What computes a node for one sequence (or a shared node); all row-major in float64. Not of nodes that
 * are given, nor of sums over the batch.
 */
export function nodeEvaluator(y: Tensor): Evaluate {
  const { kind } = y.op;
  if (!isComputedKind(kind)) throw new Error(`internal: ${kind} has no value of its own`);
  return evaluatorOf(kind, y);
}
