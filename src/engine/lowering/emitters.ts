import { rowMajorStrides, sizeOf } from "../graph/shape.ts";
import { BINARY_FUNCTIONS, type Operation, type Tensor, UNARY_FUNCTIONS } from "../graph/tensor.ts";
import type { Emit, Phase, ScheduleBuilder } from "./builder.ts";
import { emitContraction } from "./emit-contraction.ts";
import { rowsOf, SOFTMAX_EMITTERS } from "./emit-softmax.ts";
import { type FunctionPair, PAIRED_FUNCTIONS } from "./fusions.ts";
import type { Operand } from "./steps.ts";
import { collapseDimensions } from "./view.ts";
import { wordsOf } from "./words.ts";

/** New memory for a node's value, filled with zeros. */
function zeroed(builder: ScheduleBuilder, tensor: Tensor, phase: Phase): Operand {
  const target = builder.allocate(tensor);
  builder.fillZeros(target, sizeOf(tensor.shape), phase);
  return target;
}

/** Copies `part` to where its axis `axis` starts at `start` of the whole. */
function place(
  builder: ScheduleBuilder,
  whole: Tensor,
  target: Operand,
  part: Tensor,
  { axis, start, phase }: { axis: number; start: number; phase: Phase },
): void {
  const strides = rowMajorStrides(whole.shape);
  const at = { ...target, offset: target.offset + start * strides[axis]! };
  builder.copyInto(phase, at, strides, part);
}

/** src, then the dimensions that stay and those that are reduced. */
function reducedDimensions(
  builder: ScheduleBuilder,
  x: Tensor,
  axes: readonly number[],
): (number | Operand)[] {
  const { strides } = builder.view(x);
  const dimensions = (reduced: boolean) => {
    const picked = x.shape.map((_, i) => i).filter((axis) => axes.includes(axis) === reduced);
    const sizes = picked.map((axis) => x.shape[axis]!);
    return wordsOf(collapseDimensions(sizes, [picked.map((axis) => strides[axis]!)]));
  };
  return [builder.operand(x), ...dimensions(false), ...dimensions(true)];
}

/** Adds the sum over axes of `x` and over the batch to the accumulator `target`. */
export function emitBatchSum(
  builder: ScheduleBuilder,
  target: Operand,
  x: Tensor,
  axes: readonly number[],
): void {
  builder.push("perTile", "batchSum", [target, ...reducedDimensions(builder, x, axes)]);
}

/** A function and its derivative at one place. */
export function emitPair(builder: ScheduleBuilder, { value, slope }: FunctionPair): void {
  const x = value.inputs[0]!;
  builder.push("perTile", "unaryPair", [
    PAIRED_FUNCTIONS.findIndex(([fn]) => value.op.kind === "unary" && value.op.fn === fn),
    builder.allocate(value),
    builder.allocate(slope),
    builder.operand(x),
    ...wordsOf(collapseDimensions(x.shape, [builder.view(x).strides])),
  ]);
}

/** Rows added by number to `target`; where that is an accumulator, over the batch. */
export function emitScatter(
  builder: ScheduleBuilder,
  tensor: Tensor,
  phase: Phase,
  target: Operand,
): void {
  const [ids, rows] = [tensor.inputs[0]!, tensor.inputs[1]!];
  const operands = [builder.dense(ids, phase), builder.dense(rows, phase)];
  const [count, width] = [tensor.shape[0]!, sizeOf(tensor.shape.slice(1))];
  builder.push(phase, "scatterRows", [target, ...operands, sizeOf(ids.shape), count, width]);
}

/** What no view of the input's memory can show is copied; only reshapes come to that. */
function emitCopy(builder: ScheduleBuilder, tensor: Tensor, phase: Phase): void {
  const copy = builder.copyOf(tensor.inputs[0]!, phase);
  builder.own(tensor, copy.storage);
}

/** One emitter per operation: allocates the result and pushes the steps that compute it. */
const EMITTERS: { [K in Exclude<Operation["kind"], "batchSum">]: Emit<K> } = {
  input: (builder, tensor) => {
    const { name, source } = tensor.op;
    if (source === "scalar") {
      builder.scalars.push({ storage: builder.given(tensor, "scalar"), name });
    } else if (source === "parameter") {
      builder.own(tensor, builder.bind({ kind: "parameter", name }));
    } else {
      const width = sizeOf(tensor.shape);
      const rowsSlot = builder.newRowsSlot();
      const { slot } = builder.bind({ kind: "sample", name, width, rowsSlot });
      builder.push("perTile", "load", [builder.allocate(tensor), slot, rowsSlot, width]);
    }
  },

  constant: (builder, tensor) => {
    builder.constants.push({
      storage: builder.given(tensor, "constant"),
      values: tensor.op.values,
    });
  },

  batchSize: (builder, tensor) => {
    builder.batchSize = builder.given(tensor, "scalar");
  },

  sampleMask: (builder, tensor, phase) => {
    builder.push(phase, "sampleMask", [builder.allocate(tensor)]);
  },

  unary: (builder, tensor, phase) => {
    const x = tensor.inputs[0]!;
    const dimensions = collapseDimensions(tensor.shape, [builder.view(x).strides]);
    builder.push(phase, "unary", [
      UNARY_FUNCTIONS.indexOf(tensor.op.fn),
      builder.allocate(tensor),
      builder.operand(x),
      ...wordsOf(dimensions),
    ]);
  },

  binary: (builder, tensor, phase) => {
    const walks = tensor.inputs.map((operand) => builder.walk(operand, tensor));
    builder.push(phase, "binary", [
      BINARY_FUNCTIONS.indexOf(tensor.op.fn),
      builder.allocate(tensor),
      ...tensor.inputs.map((operand) => builder.operand(operand)),
      ...wordsOf(collapseDimensions(tensor.shape, walks)),
    ]);
  },

  where: (builder, tensor, phase) => {
    const walks = tensor.inputs.map((operand) => builder.walk(operand, tensor));
    builder.push(phase, "where", [
      builder.allocate(tensor),
      ...tensor.inputs.map((operand) => builder.operand(operand)),
      ...wordsOf(collapseDimensions(tensor.shape, walks)),
    ]);
  },

  contract: (builder, contraction, phase) => {
    emitContraction(builder, { contraction }, phase, builder.allocate(contraction));
  },

  reduce: (builder, tensor, phase) => {
    const dimensions = reducedDimensions(builder, tensor.inputs[0]!, tensor.op.axes);
    const fn = tensor.op.fn === "sum" ? 0 : 1;
    builder.push(phase, "reduce", [fn, builder.allocate(tensor), ...dimensions]);
  },

  argmax: (builder, tensor, phase) => {
    const rows = rowsOf(builder, tensor.inputs[0]!);
    builder.push(phase, "argmax", [builder.allocate(tensor), ...rows]);
  },

  ...SOFTMAX_EMITTERS,

  embed: (builder, tensor, phase) => {
    const [table, ids] = [tensor.inputs[0]!, tensor.inputs[1]!];
    const operands = [builder.dense(table, phase), builder.dense(ids, phase)];
    const [rows, width] = [table.shape[0]!, sizeOf(table.shape.slice(1))];
    const target = builder.allocate(tensor);
    builder.push(phase, "embed", [target, ...operands, sizeOf(ids.shape), rows, width]);
  },

  scatterRows: (builder, tensor, phase) => {
    emitScatter(builder, tensor, phase, zeroed(builder, tensor, phase));
  },

  pick: (builder, tensor, phase) => {
    const operands = tensor.inputs.map((x) => builder.ofExtent(x, tensor, phase));
    const n = tensor.inputs[0]!.shape.at(-1)!;
    const target = builder.allocate(tensor);
    builder.push(phase, "pick", [target, ...operands, sizeOf(tensor.shape), n]);
  },

  spread: (builder, tensor, phase) => {
    const operands = tensor.inputs.map((x) => builder.ofExtent(x, tensor, phase));
    const count = sizeOf(tensor.inputs[1]!.shape);
    const target = zeroed(builder, tensor, phase);
    builder.push(phase, "spread", [target, ...operands, count, tensor.shape.at(-1)!]);
  },

  concat: (builder, tensor, phase) => {
    const target = builder.allocate(tensor);
    const { axis } = tensor.op;
    let start = 0;
    for (const part of tensor.inputs) {
      place(builder, tensor, target, part, { axis, start, phase });
      start += part.shape[axis]!;
    }
  },

  pad: (builder, tensor, phase) => {
    const target = zeroed(builder, tensor, phase);
    const { axis, before: start } = tensor.op;
    place(builder, tensor, target, tensor.inputs[0]!, { axis, start, phase });
  },

  reshape: emitCopy,
  transpose: emitCopy,
  slice: emitCopy,
  broadcast: emitCopy,
  stopGradient: emitCopy,
};

function dispatch<K extends keyof typeof EMITTERS>(
  kind: K,
  builder: ScheduleBuilder,
  tensor: Tensor,
  phase: Phase,
): void {
  const emit: Emit<K> = EMITTERS[kind];
  emit(builder, tensor as Tensor & { readonly op: Extract<Operation, { kind: K }> }, phase);
}

/** Pushes the steps that compute a node (other than a sum over the batch) in a phase. */
export function emit(builder: ScheduleBuilder, tensor: Tensor, phase: Phase): void {
  const { kind } = tensor.op;
  if (kind === "batchSum") throw new Error("internal: batchSum belongs to two phases");
  dispatch(kind, builder, tensor, phase);
}
