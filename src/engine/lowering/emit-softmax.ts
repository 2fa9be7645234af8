import { sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Emit, ScheduleBuilder } from "./builder.ts";
import type { Operand } from "./steps.ts";
import { collapseDimensions } from "./view.ts";
import { bitsOf, wordsOf } from "./words.ts";

/** src, n, stride and the dimensions of the rows of the last axis. */
export function rowsOf(builder: ScheduleBuilder, x: Tensor): (number | Operand)[] {
  const { strides } = builder.view(x);
  const rows = collapseDimensions(x.shape.slice(0, -1), [strides.slice(0, -1)]);
  return [builder.operand(x), x.shape.at(-1)!, strides.at(-1)!, ...wordsOf(rows)];
}

/** The number of rows of the last axis, and their length. */
const rowCounts = ({ shape }: Tensor): [number, number] => [
  sizeOf(shape.slice(0, -1)),
  shape.at(-1)!,
];

/** One emitter per operation of the softmax family. */
export const SOFTMAX_EMITTERS: {
  [K in
    | "softmax"
    | "softmaxGradient"
    | "logSoftmax"
    | "crossEntropy"
    | "crossEntropyGradient"]: Emit<K>;
} = {
  softmax: (builder, y, phase) => {
    const facts = [bitsOf(y.op.scale), y.op.causal ? 1 : 0];
    const rows = rowsOf(builder, y.inputs[0]!);
    builder.push(phase, "softmax", [builder.allocate(y), ...facts, ...rows]);
  },

  softmaxGradient: (builder, z, phase) => {
    const facts = [bitsOf(z.op.scale), z.op.causal ? 1 : 0, ...rowCounts(z)];
    const inputs = z.inputs.map((x) => builder.ofExtent(x, z, phase));
    builder.push(phase, "softmaxGradient", [builder.allocate(z), ...inputs, ...facts]);
  },

  logSoftmax: (builder, y, phase) => {
    const rows = rowsOf(builder, y.inputs[0]!);
    builder.push(phase, "logSoftmax", [builder.allocate(y), ...rows]);
  },

  crossEntropy: (builder, y, phase) => {
    const inputs = y.inputs.map((x) => builder.ofExtent(x, y, phase));
    const counts = rowCounts(y.inputs[0]!);
    builder.push(phase, "crossEntropy", [builder.allocate(y), ...inputs, ...counts]);
  },

  crossEntropyGradient: (builder, z, phase) => {
    const inputs = z.inputs.map((x) => builder.ofExtent(x, z, phase));
    builder.push(phase, "crossEntropyGradient", [builder.allocate(z), ...inputs, ...rowCounts(z)]);
  },
};
