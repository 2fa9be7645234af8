import { type Operand, toTensor } from "./inputs.ts";
import { broadcastShapes } from "./shape.ts";
import { type BinaryFunction, node, type Tensor, type UnaryFunction } from "./tensor.ts";

/** `fn` of every element; same shape. */
export function unary(fn: UnaryFunction, x: Operand): Tensor {
  const tensor = toTensor(x);
  return node({ kind: "unary", fn }, [tensor], tensor.shape);
}

/** `fn` of pairs of elements, after NumPy broadcasting. */
export function binary(fn: BinaryFunction, a: Operand, b: Operand): Tensor {
  const [left, right] = [toTensor(a), toTensor(b)];
  const shape = broadcastShapes([left.shape, right.shape], fn);
  return node({ kind: "binary", fn }, [left, right], shape);
}

/** −x. */
export const neg = (x: Operand): Tensor => unary("neg", x);
/** eˣ. */
export const exp = (x: Operand): Tensor => unary("exp", x);
/** Natural logarithm; −∞ at 0, NaN below. */
export const log = (x: Operand): Tensor => unary("log", x);
/** √x; NaN below 0. */
export const sqrt = (x: Operand): Tensor => unary("sqrt", x);
/** |x|; its derivative at 0 is taken as 0. */
export const abs = (x: Operand): Tensor => unary("abs", x);
/** −1, 0 or 1; derivative 0. */
export const sign = (x: Operand): Tensor => unary("sign", x);
/** x². */
export const square = (x: Operand): Tensor => unary("square", x);
/** Hyperbolic tangent. */
export const tanh = (x: Operand): Tensor => unary("tanh", x);
/** Error function 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = (x: Operand): Tensor => unary("erf", x);
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = (x: Operand): Tensor => unary("sigmoid", x);
/** max(x, 0); its derivative at 0 is taken as 0. */
export const relu = (x: Operand): Tensor => unary("relu", x);
/** 1 where x > 0, else 0; derivative 0. */
export const step = (x: Operand): Tensor => unary("step", x);
/** Standard normal density φ(x) = e^(−x²/2) / √(2π). */
export const normalPdf = (x: Operand): Tensor => unary("normalPdf", x);
/** x·Φ(x) with the normal distribution function Φ(x) = ½(1 + erf(x/√2)): the exact form of GELU. */
export const gelu = (x: Operand): Tensor => unary("gelu", x);
/** ½x(1 + tanh(√(2/π)(x + 0.044715x³))): GPT-2's form, `gelu_new`. */
export const geluNew = (x: Operand): Tensor => unary("geluNew", x);

/** a + b. */
export const add = (a: Operand, b: Operand): Tensor => binary("add", a, b);
/** a − b. */
export const sub = (a: Operand, b: Operand): Tensor => binary("sub", a, b);
/** a · b. */
export const mul = (a: Operand, b: Operand): Tensor => binary("mul", a, b);
/** a / b. */
export const div = (a: Operand, b: Operand): Tensor => binary("div", a, b);
/** The larger of the two; where they are equal each gets half of the gradient. */
export const maximum = (a: Operand, b: Operand): Tensor => binary("maximum", a, b);
/** The smaller of the two; where they are equal each gets half of the gradient. */
export const minimum = (a: Operand, b: Operand): Tensor => binary("minimum", a, b);
/** 1 where a = b, else 0. */
export const equal = (a: Operand, b: Operand): Tensor => binary("equal", a, b);
/** 1 where a ≠ b, else 0. */
export const notEqual = (a: Operand, b: Operand): Tensor => sub(1, equal(a, b));
/** 1 where a < b, else 0. */
export const less = (a: Operand, b: Operand): Tensor => binary("less", a, b);
/** 1 where a ≤ b, else 0. */
export const lessEqual = (a: Operand, b: Operand): Tensor => binary("lessEqual", a, b);
/** 1 where a > b, else 0. */
export const greater = (a: Operand, b: Operand): Tensor => binary("less", b, a);
/** 1 where a ≥ b, else 0. */
export const greaterEqual = (a: Operand, b: Operand): Tensor => binary("lessEqual", b, a);

/** `a` where `condition` is not 0, else `b`; the three broadcast. Neither branch is multiplied. */
export function where(condition: Operand, a: Operand, b: Operand): Tensor {
  const inputs = [condition, a, b].map(toTensor);
  const shape = broadcastShapes(
    inputs.map((input) => input.shape),
    "where",
  );
  return node({ kind: "where" }, inputs, shape);
}

/** `x` itself, but no gradient flows through it. */
export function stopGradient(x: Tensor): Tensor {
  return node({ kind: "stopGradient" }, [x], x.shape);
}
