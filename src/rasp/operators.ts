import { InterpBenchError } from "../errors/index.ts";
import { divide } from "./arithmetic.ts";
import { map, sequenceMap } from "./build.ts";
import { checkValue } from "./check.ts";
import { orderOf } from "./comparison.ts";
import { isExpression, isSelector, type SOp } from "./expression.ts";
import { showValue } from "./format.ts";
import { withText } from "./function-text.ts";
import {
  isNumeric,
  isTruthy,
  isTuple,
  type RaspValue,
  valuesEqual,
  valueTypeError,
} from "./value.ts";

/** An SOp, or a constant that stands for it at every position. At least one operand is an SOp. */
export type Operand = SOp | RaspValue;

/**
 * A map (one operand constant) or a sequence map (both SOps) of an operation on values.
 *
 * @param symbol what stands between the operands in texts
 */
function lift(
  operator: string,
  symbol: string,
  f: (x: RaspValue, y: RaspValue) => RaspValue,
  a: Operand,
  b: Operand,
): SOp {
  const [x, y] = [asSOp(operator, a), asSOp(operator, b)];
  if (x === undefined) checkValue(`${operator}(a, b): a`, a as RaspValue);
  if (y === undefined) checkValue(`${operator}(a, b): b`, b as RaspValue);
  if (x !== undefined && y !== undefined) {
    const both = (first: RaspValue, second: RaspValue) => f(first, second);
    return sequenceMap(withText(both, `x ${symbol} y`), x, y);
  }
  if (x !== undefined) {
    const constant = b as RaspValue;
    const first = (value: RaspValue) => f(value, constant);
    return map(withText(first, `x ${symbol} ${showValue(constant)}`), x);
  }
  if (y !== undefined) {
    const constant = a as RaspValue;
    const second = (value: RaspValue) => f(constant, value);
    return map(withText(second, `${showValue(constant)} ${symbol} x`), y);
  }
  throw new InterpBenchError("E_RASP_OPERAND", `${operator} of two constants is not an SOp`, {
    expected: "at least one SOp",
    hint: "Compute the constant in TypeScript, or use full(value).",
  });
}

function asSOp(operator: string, operand: Operand): SOp | undefined {
  if (!isExpression(operand)) return undefined;
  if (!isSelector(operand)) return operand;
  throw new InterpBenchError("E_RASP_OPERAND", `${operator} of a selector`, {
    expected: "SOps and constants",
    hint: "Combine selectors with selectorAnd, selectorOr and selectorNot.",
  });
}

function numbers(operation: string, x: RaspValue, y: RaspValue): [number, number] {
  if (!isNumeric(x) || !isNumeric(y)) throw valueTypeError(operation, x, y);
  return [Number(x), Number(y)];
}

/** `a + b`: numbers are added, strings and tuples joined. */
export function add(a: Operand, b: Operand): SOp {
  return lift("add", "+", plus, a, b);
}

function plus(x: RaspValue, y: RaspValue): RaspValue {
  if (typeof x === "string" && typeof y === "string") return x + y;
  if (isTuple(x) && isTuple(y)) return [...x, ...y];
  const [m, n] = numbers("+", x, y);
  return m + n;
}

/** `a − b` of numbers. */
export function sub(a: Operand, b: Operand): SOp {
  return lift("sub", "−", minus, a, b);
}

function minus(x: RaspValue, y: RaspValue): RaspValue {
  const [m, n] = numbers("−", x, y);
  return m - n;
}

/** `a · b`: numbers are multiplied, a string times a whole number is repeated. */
export function mul(a: Operand, b: Operand): SOp {
  return lift("mul", "·", times, a, b);
}

function times(x: RaspValue, y: RaspValue): RaspValue {
  if (typeof x === "string" && isNumeric(y) && Number.isInteger(Number(y))) {
    return x.repeat(Math.max(0, Number(y)));
  }
  if (typeof y === "string" && isNumeric(x)) return times(y, x);
  const [m, n] = numbers("·", x, y);
  return m * n;
}

/** `a / b` of numbers; dividing by zero is an arithmetic fault. */
export function div(a: Operand, b: Operand): SOp {
  return lift("div", "/", (x, y) => divide(...numbers("/", x, y)), a, b);
}

/** The second operand where the first is true, else the first: `and(3, 2) = 2`, `and(0, 2) = 0`. */
export function and(a: Operand, b: Operand): SOp {
  return lift("and", "and", (x, y) => (isTruthy(x) ? y : x), a, b);
}

/**
 * The first operand where it is true, else the second: `or(3, 2) = 3`, `or(0, 2) = 2`.
 *
 * A constant is always tried last, on whichever side it stands (as in the original).
 */
export function or(a: Operand, b: Operand): SOp {
  const [first, second] = isExpression(a) ? [a, b] : [b, a];
  return lift("or", "or", (x, y) => (isTruthy(x) ? x : y), first, second);
}

/** `true` where the value is false, else `false`. */
export function not(sop: SOp): SOp {
  return map(
    withText((x: RaspValue) => !isTruthy(x), "not x"),
    sop,
  );
}

/** Whether `a = b`; values of different types are unequal, but `true = 1`. */
export function eq(a: Operand, b: Operand): SOp {
  return lift("eq", "=", valuesEqual, a, b);
}

/** Whether `a ≠ b`. */
export function ne(a: Operand, b: Operand): SOp {
  return lift("ne", "≠", (x, y) => !valuesEqual(x, y), a, b);
}

/** Whether `a < b`; values without an order are an error (`E_RASP_TYPE`). */
export function lt(a: Operand, b: Operand): SOp {
  return lift("lt", "<", (x, y) => orderOf(x, y) < 0, a, b);
}

/** Whether `a ≤ b`; values without an order are an error (`E_RASP_TYPE`). */
export function le(a: Operand, b: Operand): SOp {
  return lift("le", "≤", (x, y) => orderOf(x, y) <= 0, a, b);
}

/** Whether `a > b`; values without an order are an error (`E_RASP_TYPE`). */
export function gt(a: Operand, b: Operand): SOp {
  return lift("gt", ">", (x, y) => orderOf(x, y) > 0, a, b);
}

/** Whether `a ≥ b`; values without an order are an error (`E_RASP_TYPE`). */
export function ge(a: Operand, b: Operand): SOp {
  return lift("ge", "≥", (x, y) => orderOf(x, y) >= 0, a, b);
}
