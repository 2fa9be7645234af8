import { InterpBenchError } from "../../errors/index.ts";
import { einsum } from "../graph/contract.ts";
import {
  add,
  div,
  equal,
  exp,
  less,
  mul,
  neg,
  normalPdf,
  sign,
  square,
  step,
  sub,
  unary,
  where,
} from "../graph/elementwise.ts";
import { sampleMask } from "../graph/inputs.ts";
import { embed, pick, scatterRows, spread } from "../graph/lookups.ts";
import { sum } from "../graph/reductions.ts";
import type { Shape } from "../graph/shape.ts";
import { crossEntropyGradient, softmax, softmaxGradient } from "../graph/softmax.ts";
import type { BinaryFunction, Operation, Tensor, UnaryFunction } from "../graph/tensor.ts";
import { broadcastTo, expandDims, pad, reshape, slice, transpose } from "../graph/views.ts";

/**
 * The gradient of a loss with respect to each input of a node, given its gradient `g` with respect
 * to the node `y`; `undefined` where none flows. Shapes are those of the inputs; where an input is
 * shared and the result is per sample, the caller sums over the batch.
 */
export type GradientRule<K extends Operation["kind"]> = (
  g: Tensor,
  y: Tensor & { readonly op: Extract<Operation, { kind: K }> },
) => readonly (Tensor | undefined)[];

/** Undoes broadcasting: sums `g` over the axes that `shape` does not have or has with size 1. */
function sumTo(g: Tensor, shape: Shape): Tensor {
  const extra = g.shape.length - shape.length;
  const axes = g.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < extra || shape[axis - extra] !== g.shape[axis]);
  return axes.length === 0 ? g : reshape(sum(g, axes, { keepDims: true }), shape);
}

type UnaryRule = (x: Tensor, y: Tensor) => Tensor | undefined;

function notTwiceDifferentiable(): never {
  throw new InterpBenchError("E_GRADIENT", "the derivative of geluNew has no gradient of its own", {
    hint: "Second derivatives through geluNew are not supported.",
  });
}

/** dy/dx of every unary function, from its argument and its value. */
const UNARY_RULES: Record<UnaryFunction, UnaryRule> = {
  neg: () => neg(1),
  exp: (_, y) => y,
  log: (x) => div(1, x),
  sqrt: (_, y) => div(0.5, y),
  abs: (x) => sign(x),
  sign: () => undefined,
  square: (x) => mul(x, 2),
  tanh: (_, y) => sub(1, square(y)),
  erf: (x) => mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)),
  sigmoid: (_, y) => mul(y, sub(1, y)),
  relu: (x) => step(x),
  step: () => undefined,
  normalPdf: (x, y) => neg(mul(x, y)),
  gelu: (x) => unary("geluDerivative", x),
  geluDerivative: (x) => mul(normalPdf(x), sub(2, square(x))),
  geluNew: (x) => unary("geluNewDerivative", x),
  geluNewDerivative: notTwiceDifferentiable,
};

type BinaryRule = (g: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly (Tensor | undefined)[];

/** g where the first is strictly larger, half of it on ties: the share of `a` in max(a, b). */
const shareOfLarger = (g: Tensor, a: Tensor, b: Tensor): Tensor =>
  mul(g, add(less(b, a), mul(equal(a, b), 0.5)));

const BINARY_RULES: Record<BinaryFunction, BinaryRule> = {
  add: (g) => [g, g],
  sub: (g) => [g, neg(g)],
  mul: (g, a, b) => [mul(g, b), mul(g, a)],
  div: (g, _, b, y) => [div(g, b), neg(mul(g, div(y, b)))],
  maximum: (g, a, b) => [shareOfLarger(g, a, b), shareOfLarger(g, b, a)],
  minimum: (g, a, b) => [shareOfLarger(g, b, a), shareOfLarger(g, a, b)],
  equal: () => [undefined, undefined],
  less: () => [undefined, undefined],
  lessEqual: () => [undefined, undefined],
};

/** One rule per operation. Leaves have none: nothing lies behind them. */
export const GRADIENT_RULES: { [K in Operation["kind"]]: GradientRule<K> } = {
  input: () => [],
  constant: () => [],
  batchSize: () => [],
  sampleMask: () => [],

  unary: (g, y) => {
    const x = y.inputs[0]!;
    const slope = UNARY_RULES[y.op.fn](x, y);
    return [slope === undefined ? undefined : mul(g, slope)];
  },

  binary: (g, y) => {
    const [a, b] = [y.inputs[0]!, y.inputs[1]!];
    const [ga, gb] = BINARY_RULES[y.op.fn](g, a, b, y);
    return [ga && sumTo(ga, a.shape), gb && sumTo(gb, b.shape)];
  },

  where: (g, y) => {
    const [condition, a, b] = [y.inputs[0]!, y.inputs[1]!, y.inputs[2]!];
    return [
      undefined,
      sumTo(where(condition, g, 0), a.shape),
      sumTo(where(condition, 0, g), b.shape),
    ];
  },

  contract: (g, y) => {
    const [a, b] = [y.inputs[0]!, y.inputs[1]!];
    const { a: la, b: lb, out } = y.op;
    return [einsum(`${out},${lb}->${la}`, g, b), einsum(`${out},${la}->${lb}`, g, a)];
  },

  reduce: (g, y) => {
    const x = y.inputs[0]!;
    if (y.op.fn === "sum") return [broadcastTo(g, x.shape)];
    const winners = equal(x, y);
    const share = div(winners, sum(winners, y.op.axes, { keepDims: true }));
    return [mul(g, share)];
  },

  argmax: () => [undefined],

  softmax: (g, y) => [softmaxGradient(g, y, y.op)],

  softmaxGradient: (h, z) => {
    const [g, y] = [z.inputs[0]!, z.inputs[1]!];
    const mean = (x: Tensor) => sum(mul(x, y), -1, { keepDims: true });
    const ofPattern = sub(mul(h, sub(g, mean(g))), mul(g, mean(h)));
    return [softmaxGradient(h, y, z.op), mul(ofPattern, z.op.scale)];
  },

  logSoftmax: (g, y) => [sub(g, mul(exp(y), sum(g, -1, { keepDims: true })))],

  crossEntropy: (g, y) => {
    const [logits, ids] = [y.inputs[0]!, y.inputs[1]!];
    return [crossEntropyGradient(g, logits, ids), undefined];
  },

  crossEntropyGradient: (h, z) => {
    const [g, logits, ids] = [z.inputs[0]!, z.inputs[1]!, z.inputs[2]!];
    const p = softmax(logits);
    const ofLogits = softmaxGradient(mul(h, expandDims(g, -1)), p, { scale: 1, causal: false });
    return [sub(sum(mul(h, p), -1), pick(h, ids)), ofLogits, undefined];
  },

  embed: (g, y) => {
    const [table, ids] = [y.inputs[0]!, y.inputs[1]!];
    return [scatterRows(ids, g, table.shape[0]!), undefined];
  },

  scatterRows: (g, y) => [undefined, embed(g, y.inputs[0]!)],

  pick: (g, y) => {
    const [x, ids] = [y.inputs[0]!, y.inputs[1]!];
    return [spread(g, ids, x.shape.at(-1)!), undefined];
  },

  spread: (g, y) => [pick(g, y.inputs[1]!), undefined],

  reshape: (g, y) => [reshape(g, y.inputs[0]!.shape)],

  transpose: (g, y) => {
    const inverse = y.op.perm.map((_, axis) => y.op.perm.indexOf(axis));
    return [transpose(g, inverse)];
  },

  slice: (g, y) => {
    const { axis, start } = y.op;
    const after = y.inputs[0]!.shape[axis]! - start - y.shape[axis]!;
    return [pad(g, axis, start, after)];
  },

  broadcast: (g, y) => [sumTo(g, y.inputs[0]!.shape)],

  concat: (g, y) => {
    let start = 0;
    return y.inputs.map((x) => {
      const end = start + x.shape[y.op.axis]!;
      const part = slice(g, y.op.axis, start, end);
      start = end;
      return part;
    });
  },

  pad: (g, y) => {
    const { axis, before } = y.op;
    return [slice(g, axis, before, before + y.inputs[0]!.shape[axis]!)];
  },

  stopGradient: () => [undefined],

  batchSum: (g) => [mul(g, sampleMask())],
};
