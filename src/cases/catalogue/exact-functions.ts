/*
 * Elementary functions whose result is the float64 nearest to the true value.
 *
 * JavaScript leaves the last bits of `Math.sin` and its like to the engine, so the classes of a
 * program that applies them would differ from browser to browser. These are computed in fixed-point
 * numbers of 192 fractional bits and rounded once. Slow; meant for a vocabulary, not for data.
 */

const BITS = 192n;
const ONE = 1n << BITS;

const fromNumber = (x: number): bigint => BigInt(x * 2 ** Number(BITS));
const toNumber = (x: bigint): number => Number(x) / 2 ** Number(BITS);

const multiply = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
const divide = (a: bigint, b: bigint): bigint => (a << BITS) / b;

/** Adds `term`, `next(term, 1)`, … until nothing changes any more. */
function series(term: bigint, next: (term: bigint, i: number) => bigint): bigint {
  let sum = 0n;
  for (let i = 1; term > 1n || term < -1n; i++) {
    sum += term;
    term = next(term, i);
  }
  return sum;
}

/** Integer square root by Newton's method from above. */
function squareRoot(x: bigint): bigint {
  const square = x << BITS;
  let root = ONE > x ? ONE : x;
  for (;;) {
    const better = root === 0n ? 0n : (root + square / root) >> 1n;
    if (better >= root) return root;
    root = better;
  }
}

/** Σ xⁱ/i!, after halving x four times and squaring the result as often. */
function exponential(x: bigint): bigint {
  let power = series(ONE, (term, i) => multiply(term, x >> 4n) / BigInt(i));
  for (let i = 0; i < 4; i++) power = multiply(power, power);
  return power;
}

/** log x = 16·log x^(1/16), and that is 2·artanh((x − 1)/(x + 1)) = 2·(r + r³/3 + r⁵/5 + …). */
function logarithm(x: bigint): bigint {
  const root = squareRoot(squareRoot(squareRoot(squareRoot(x))));
  const ratio = divide(root - ONE, root + ONE);
  const square = multiply(ratio, ratio);
  let odd = ratio;
  const sum = series(ratio, (_, i) => {
    odd = multiply(odd, square);
    return odd / BigInt(2 * i + 1);
  });
  return sum << 5n;
}

function sine(x: bigint): bigint {
  const square = multiply(x, x);
  return series(x, (term, i) => -multiply(term, square) / BigInt(2 * i * (2 * i + 1)));
}

function cosine(x: bigint): bigint {
  const square = multiply(x, x);
  return series(ONE, (term, i) => -multiply(term, square) / BigInt(2 * i * (2 * i - 1)));
}

/** atan x = 2·atan(x / (1 + √(1 + x²))), four times, then x − x³/3 + x⁵/5 − … */
function arctangent(x: bigint): bigint {
  let reduced = x;
  for (let i = 0; i < 4; i++) {
    reduced = divide(reduced, ONE + squareRoot(ONE + multiply(reduced, reduced)));
  }
  const square = multiply(reduced, reduced);
  let odd = reduced;
  const sum = series(reduced, (_, i) => {
    odd = -multiply(odd, square);
    return odd / BigInt(2 * i + 1);
  });
  return sum << 4n;
}

const HALF_PI = 2n * arctangent(ONE);

function arcsine(x: bigint): bigint {
  const adjacent = squareRoot(ONE - multiply(x, x));
  if (adjacent === 0n) return x < 0n ? -HALF_PI : HALF_PI;
  return arctangent(divide(x, adjacent));
}

/** The function on float64: rounds once, at the end. */
const rounded =
  (f: (x: bigint) => bigint) =>
  (x: number): number =>
    toNumber(f(fromNumber(x)));

/** eˣ */
export const exp = rounded(exponential);
/** Natural logarithm, for x > 0. */
export const log = rounded(logarithm);
export const sin = rounded(sine);
export const cos = rounded(cosine);
export const tan = rounded((x) => divide(sine(x), cosine(x)));
export const atan = rounded(arctangent);
/** For −1 ≤ x ≤ 1. */
export const asin = rounded(arcsine);
/** For −1 ≤ x ≤ 1. */
export const acos = rounded((x) => HALF_PI - arcsine(x));
export const tanh = rounded((x) => {
  const [rise, fall] = [exponential(x), exponential(-x)];
  return divide(rise - fall, rise + fall);
});

/** x to a power that need not be whole, for x ≥ 0. */
export function power(x: number, exponent: number): number {
  if (x === 0) return 0;
  return toNumber(exponential(multiply(fromNumber(exponent), logarithm(fromNumber(x)))));
}

const expMinusOne = rounded((x) => exponential(x) - ONE);

/** Hyperbolic cosine as C libraries compute it from eˣ; the last bit may be off. For 0.4 ≤ |x| ≤ 22. */
export function cosh(x: number): number {
  const rise = exp(Math.abs(x));
  return 0.5 * rise + 0.5 / rise;
}

/** Hyperbolic sine as C libraries compute it from eˣ − 1; the last bit may be off. For x = 0, 1 ≤ |x| ≤ 22. */
export function sinh(x: number): number {
  const rise = expMinusOne(Math.abs(x));
  return (Math.sign(x) * (rise + rise / (rise + 1))) / 2;
}
