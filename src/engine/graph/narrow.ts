import { runSteps, type Steps } from "../program/steps.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { node, type Operation, type Tensor, topologicalOrder } from "./tensor.ts";
import { slice } from "./views.ts";

/** The part `start ≤ i < end` of an axis. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** A part of a tensor: of each axis a range. */
type Box = readonly Range[];

/** Most of an axis that is left where it is narrowed: a gradient of less is worth being filled up with zeros. */
const MOST_LEFT = 0.5;

const whole = (size: number): Range => ({ start: 0, end: size });
const wholeOf = (shape: Shape): Box => shape.map(whole);
const lengthOf = ({ start, end }: Range): number => end - start;
const shapeOf = (box: Box): Shape => box.map(lengthOf);
const isWhole = (box: Box, shape: Shape): boolean =>
  box.every((range, axis) => lengthOf(range) === shape[axis]);
const around = (a: Box, b: Box): Box =>
  a.map(({ start, end }, axis) => ({
    start: Math.min(start, b[axis]!.start),
    end: Math.max(end, b[axis]!.end),
  }));

/** The part of an operand that a part of the result reads, to which the operand broadcasts. */
function ofOperand(box: Box, { shape }: Tensor): Box {
  const shift = box.length - shape.length;
  return shape.map((size, axis) => (size === 1 ? whole(1) : box[axis + shift]!));
}

/** The part of a contraction's input that a part of its result reads. */
function ofFactor(box: Box, { shape }: Tensor, labels: string, out: string): Box {
  return shape.map((size, axis) => box[out.indexOf(labels[axis]!)] ?? whole(size));
}

/** How a node of one kind can be computed in part. */
interface Rule {
  /** Axes of the result of which all is computed or nothing. */
  readonly inseparable?: (tensor: Tensor, box: Box) => readonly number[];
  /** The part of an input that a part of the result reads. */
  readonly reads: (box: Box, input: Tensor, tensor: Tensor, place: number) => Box;
  /** Whether less than all of an input is read for all of the result. */
  readonly narrows?: true;
  /** What computes the part, if it is another operation. */
  readonly operation?: (tensor: Tensor, box: Box) => Operation;
}

const ELEMENTWISE: Rule = { reads: ofOperand };

const lastAxis = ({ shape }: Tensor): number[] => [shape.length - 1];

/** Rows of a softmax; of a causal one the last row alone, which sees all keys. */
const SOFTMAX: Rule = {
  inseparable({ op, shape }, box) {
    const keys = shape.length - 1;
    if (op.kind !== "softmax" || !op.causal) return [keys];
    const { start, end } = box[keys - 1]!;
    return start === end - 1 && end === shape[keys] ? [keys] : [keys - 1, keys];
  },
  reads: (box) => box,
  operation: ({ op, shape }, box) =>
    op.kind === "softmax" && !isWhole(box.slice(-2), shape.slice(-2))
      ? { ...op, causal: false }
      : op,
};

/** The operations that can be computed in part; all others are computed as a whole. */
const RULES: { readonly [K in Operation["kind"]]?: Rule } = {
  unary: ELEMENTWISE,
  binary: ELEMENTWISE,
  where: ELEMENTWISE,
  stopGradient: ELEMENTWISE,
  broadcast: ELEMENTWISE,
  softmax: SOFTMAX,
  logSoftmax: { inseparable: lastAxis, reads: (box) => box },
  contract: {
    reads(box, input, { op }, place) {
      if (op.kind !== "contract") throw new Error("internal: no contraction");
      return ofFactor(box, input, place === 0 ? op.a : op.b, op.out);
    },
  },
  reduce: {
    reads(box, { shape }, { op }) {
      if (op.kind !== "reduce") throw new Error("internal: no reduction");
      return box.map((range, axis) => (op.axes.includes(axis) ? whole(shape[axis]!) : range));
    },
  },
  transpose: {
    reads(box, _, { op }) {
      if (op.kind !== "transpose") throw new Error("internal: no transposition");
      return op.perm.map((__, axis) => box[op.perm.indexOf(axis)]!);
    },
  },
  slice: {
    narrows: true,
    reads(box, _, { op }) {
      if (op.kind !== "slice") throw new Error("internal: no slice");
      const move = ({ start, end }: Range) => ({ start: start + op.start, end: end + op.start });
      return box.map((range, axis) => (axis === op.axis ? move(range) : range));
    },
  },
};

/** The part of a node that is computed where a part of it is read; `undefined`: all of it. */
function computedPart(tensor: Tensor, read: Box): Box | undefined {
  const rule = RULES[tensor.op.kind];
  if (rule === undefined) return undefined;
  const inseparable = rule.inseparable?.(tensor, read) ?? [];
  const part = read.map((range, axis) => {
    const size = tensor.shape[axis]!;
    const isNarrow = lengthOf(range) <= MOST_LEFT * size && !inseparable.includes(axis);
    return isNarrow ? range : whole(size);
  });
  return isWhole(part, tensor.shape) ? undefined : part;
}

/** A part of what a tensor stands for, of which it holds the part `held`. */
function partOf(tensor: Tensor, held: Box, wanted: Box): Tensor {
  return wanted.reduce(
    (part, { start, end }, axis) =>
      slice(part, axis, start - held[axis]!.start, end - held[axis]!.start),
    tensor,
  );
}

/**
 * Tensors of the same values, whose graphs compute no more of a node than its readers look at: where
 * they look at half of an axis or less, only that is computed, and so on towards the inputs. Of a
 * transformer whose last position counts, the last layer is computed at that position alone, besides
 * keys and values.
 *
 * To be used before `gradients`, so that nobody differentiates what nobody reads.
 *
 * @param kept nodes that stay what they are, with all that they are made of: those whose gradients are wanted
 */
export function withoutUnread(
  outputs: readonly Tensor[],
  kept: Iterable<Tensor> = [],
): readonly Tensor[] {
  return runSteps(unreadDropped(outputs, kept));
}

/** {@link withoutUnread}, some steps for each node. */
export function* unreadDropped(
  outputs: readonly Tensor[],
  kept: Iterable<Tensor> = [],
): Steps<readonly Tensor[]> {
  const fixed = new Set(topologicalOrder(kept));
  const order = topologicalOrder(outputs);
  /** What is computed of each node, or read of it by those that were looked at; `undefined`: all of it. */
  const parts = new Map<Tensor, Box | undefined>();
  const boxOf = (tensor: Tensor): Box => parts.get(tensor) ?? wholeOf(tensor.shape);
  for (const output of outputs) parts.set(output, undefined);
  for (const tensor of order.toReversed()) {
    yield 0;
    const { inputs, shape } = tensor;
    const read = parts.get(tensor);
    const isFixed = inputs.length === 0 || fixed.has(tensor) || sizeOf(shape) === 0;
    const part = read === undefined || isFixed ? undefined : computedPart(tensor, read);
    parts.set(tensor, part);
    const rule = RULES[tensor.op.kind];
    for (const [place, input] of inputs.entries()) {
      if (rule === undefined || (part === undefined && rule.narrows !== true)) {
        parts.set(input, undefined);
        continue;
      }
      const own = rule.reads(part ?? wholeOf(shape), input, tensor, place);
      if (!parts.has(input)) parts.set(input, own);
      else if (parts.get(input) !== undefined) parts.set(input, around(parts.get(input)!, own));
    }
  }
  const replacements = new Map<Tensor, Tensor>();
  for (const tensor of order) {
    yield 0;
    const part = parts.get(tensor);
    const isSame =
      part === undefined && tensor.inputs.every((input) => replacements.get(input) === input);
    if (isSame) {
      replacements.set(tensor, tensor);
      continue;
    }
    const rule = RULES[tensor.op.kind];
    const box = boxOf(tensor);
    const inputs = tensor.inputs.map((input, place) => {
      const replacement = replacements.get(input)!;
      if (rule === undefined) return replacement;
      return partOf(replacement, boxOf(input), rule.reads(box, input, tensor, place));
    });
    const { kind } = tensor.op;
    const operation = rule?.operation?.(tensor, box) ?? tensor.op;
    replacements.set(tensor, kind === "slice" ? inputs[0]! : node(operation, inputs, shapeOf(box)));
  }
  return outputs.map((output) => replacements.get(output)!);
}
