import { InterpBenchError } from "../errors/index.ts";

/*
 * The arithmetic of RASP programs written for the original, where it differs from JavaScript's.
 */

/**
 * Whether an error says that a function has no value for its argument, as a division by zero does.
 *
 * Basis inference drops such a value with a warning; the interpreter stops. A function may throw
 * it through {@link divide}, {@link floorDivide}, {@link modulo}; returning NaN means the same.
 * ±Infinity, in contrast, is an ordinary value: JavaScript's `1 / 0` is kept.
 */
export function isArithmeticFault(error: unknown): error is InterpBenchError {
  return error instanceof InterpBenchError && error.code === "E_RASP_ARITHMETIC";
}

/** The error {@link isArithmeticFault} recognises. */
export function arithmeticFault(message: string): InterpBenchError {
  return new InterpBenchError("E_RASP_ARITHMETIC", message);
}

function nonZero(operation: string, dividend: number, divisor: number): number {
  if (divisor === 0) throw arithmeticFault(`${operation} of ${dividend} by zero`);
  return divisor;
}

/** `a / b`; a division by zero is an arithmetic fault instead of ±Infinity or NaN. */
export function divide(a: number, b: number): number {
  return a / nonZero("division", a, b);
}

/** `⌊a / b⌋`, rounding towards −∞: `floorDivide(-3, 2) = -2`; by zero it is an arithmetic fault. */
export function floorDivide(a: number, b: number): number {
  // The exact remainder first: ⌊a / b⌋ would round the quotient before flooring it.
  const remainder = a % nonZero("remainder", a, b);
  const isBelow = remainder !== 0 && remainder < 0 !== b < 0;
  const quotient = (a - remainder) / b - (isBelow ? 1 : 0);
  const floor = Math.floor(quotient);
  return (quotient - floor > 0.5 ? floor + 1 : floor) + 0; // −0 + 0 = 0
}

/** `a − b·⌊a / b⌋`, which has the sign of `b`: `modulo(-3, 5) = 2`; by zero an arithmetic fault. */
export function modulo(a: number, b: number): number {
  const remainder = a % nonZero("remainder", a, b);
  return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0;
}

/** The nearest integer, ties to the even one: `roundHalfEven(2.5) = 2`. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const excess = x - floor;
  const isUp = excess === 0.5 ? floor % 2 !== 0 : excess > 0.5;
  return (isUp ? floor + 1 : floor) + 0;
}
