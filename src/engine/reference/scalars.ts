import type { BinaryFunction, UnaryFunction } from "../graph/tensor.ts";

/**
 * Error function to full double precision: the Taylor series near 0, the continued fraction of
 * erfc in the tails (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(total); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      total += term;
    }
    return total * Math.exp(-x * x) * (2 / Math.sqrt(Math.PI));
  }
  let fraction = 0;
  for (let n = 120; n >= 1; n--) fraction = n / 2 / (a + fraction);
  const complement = Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction));
  return Math.sign(x) * (1 - complement);
}

const normalCdf = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));
const normalPdf = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

const GELU_NEW_SCALE = Math.sqrt(2 / Math.PI);
const GELU_NEW_CUBIC = 0.044715;
const geluNewInner = (x: number) => GELU_NEW_SCALE * (x + GELU_NEW_CUBIC * x * x * x);

/** Every unary function in float64. */
export const UNARY: Record<UnaryFunction, (x: number) => number> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  square: (x) => x * x,
  tanh: Math.tanh,
  erf,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  step: (x) => (x > 0 ? 1 : 0),
  normalPdf,
  gelu: (x) => x * normalCdf(x),
  geluDerivative: (x) => normalCdf(x) + x * normalPdf(x),
  geluNew: (x) => 0.5 * x * (1 + Math.tanh(geluNewInner(x))),
  geluNewDerivative: (x) => {
    const t = Math.tanh(geluNewInner(x));
    const innerSlope = GELU_NEW_SCALE * (1 + 3 * GELU_NEW_CUBIC * x * x);
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * innerSlope;
  },
};

/** Every binary function in float64. */
export const BINARY: Record<BinaryFunction, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  equal: (a, b) => (a === b ? 1 : 0),
  less: (a, b) => (a < b ? 1 : 0),
  lessEqual: (a, b) => (a <= b ? 1 : 0),
};
