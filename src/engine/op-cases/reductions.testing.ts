import * as e from "../index.ts";
import { causalMask } from "./causal-mask.testing.ts";
import { type OpCase, p, s } from "./op-case.testing.ts";

/** Sums and maxima over axes, softmax. */
export const reductions: OpCase[] = [
  { name: "sum of everything", inputs: [s(3, 4)], build: ([x]) => e.sum(e.square(x!)) },
  { name: "sum of the last axis", inputs: [s(3, 4)], build: ([x]) => e.sum(e.square(x!), -1) },
  { name: "sum of the first axis", inputs: [s(3, 4)], build: ([x]) => e.sum(e.square(x!), 0) },
  { name: "sum of two axes", inputs: [s(3, 4, 2)], build: ([x]) => e.sum(e.square(x!), [0, 2]) },
  {
    name: "sum of the middle axis, kept",
    inputs: [s(3, 4, 2)],
    build: ([x]) => e.sum(e.square(x!), 1, { keepDims: true }),
  },
  { name: "sum of nothing", inputs: [s(3, 0)], build: ([x]) => e.sum(x!, 1) },
  {
    name: "sum of a parameter",
    inputs: [p(3, 4), s(3)],
    build: ([x, y]) => e.mul(e.sum(e.square(x!), 1), y!),
  },
  { name: "mean", inputs: [s(3, 4)], build: ([x]) => e.mean(e.square(x!), 0) },
  { name: "max", inputs: [s(3, 4)], build: ([x]) => e.max(x!, -1), smooth: false },
  { name: "max of the first axis", inputs: [s(3, 4)], build: ([x]) => e.max(x!, 0), smooth: false },
  { name: "max of ties", inputs: [s(3, 4)], build: ([x]) => e.max(e.sign(x!), -1), smooth: false },
  { name: "argmax", inputs: [s(3, 4)], build: ([x]) => e.argmax(x!), smooth: false },
  {
    name: "argmax of ties",
    inputs: [s(3, 4)],
    build: ([x]) => e.argmax(e.sign(x!)),
    smooth: false,
  },
  { name: "softmax", inputs: [s(3, 4)], build: ([x]) => e.softmax(x!) },
  { name: "softmax of one", inputs: [s(3, 1)], build: ([x]) => e.softmax(x!) },
  {
    name: "softmax of parameters",
    inputs: [p(3, 4), s(4)],
    build: ([x, y]) => e.mul(e.softmax(x!), y!),
  },
  {
    name: "softmax with a causal mask",
    inputs: [s(2, 4, 4)],
    build: ([x]) => e.softmax(e.where(causalMask(4), x!, Number.NEGATIVE_INFINITY)),
  },
  {
    name: "causal softmax of scaled scores",
    inputs: [s(2, 5, 5)],
    build: ([x]) => e.softmax(x!, { scale: 0.6, causal: true }),
  },
  {
    name: "causal softmax of one position",
    inputs: [s(2, 1, 1)],
    build: ([x]) => e.softmax(x!, { causal: true }),
  },
  {
    name: "causal softmax of parameters",
    inputs: [p(3, 3), s(3)],
    build: ([x, y]) => e.mul(e.softmax(x!, { scale: -2, causal: true }), y!),
  },
  {
    name: "softmax of a transposed view",
    inputs: [s(3, 4)],
    build: ([x]) => e.softmax(e.transpose(x!, [1, 0])),
  },
  { name: "logSoftmax", inputs: [s(3, 4)], build: ([x]) => e.logSoftmax(x!) },
  {
    name: "logSoftmax of large values",
    inputs: [{ ...s(3, 4), between: [-80, 80] }],
    build: ([x]) => e.logSoftmax(x!),
  },
  {
    name: "where",
    inputs: [s(3, 4), s(3, 4), p(4)],
    build: ([c, a, b]) => e.where(e.step(c!), e.square(a!), b!),
  },
  {
    name: "stopGradient",
    inputs: [s(3)],
    build: ([x]) => e.mul(x!, e.stopGradient(x!)),
    smooth: false,
  },
];
