import { describeValue, InterpBenchError } from "../errors/index.ts";
import {
  type Expression,
  isExpression,
  isSelector,
  type Selector,
  type SOp,
} from "./expression.ts";
import { canonicalValue, isRaspValue, type RaspValue } from "./value.ts";

/*
 * What builders demand of their arguments. `at` names the argument: "map(f, inner): inner".
 */

/** The error for an argument of a builder that is something else than it should be. */
export function argumentError(at: string, expected: string, received: unknown): InterpBenchError {
  return new InterpBenchError("E_RASP_ARGUMENT", "an argument is not what it should be", {
    at,
    expected,
    received: describeArgument(received),
  });
}

function describeArgument(value: unknown): string {
  if (!isExpression(value)) return describeValue(value);
  return `the ${isSelector(value) ? "selector" : "SOp"} "${value.name}"`;
}

/** The argument, if it is an SOp. */
export function checkSOp<S extends SOp>(at: string, value: S): S {
  const candidate: unknown = value;
  if (isExpression(candidate) && !isSelector(candidate)) return value;
  throw argumentError(at, "an SOp, such as tokens or map(f, tokens)", value);
}

/** The argument, if it is a selector. */
export function checkSelector(at: string, value: Selector): Selector {
  const candidate: unknown = value;
  if (isExpression(candidate) && isSelector(candidate)) return value;
  throw argumentError(at, "a selector, such as select(keys, queries, EQ)", value);
}

/** The argument, if it is an SOp or a selector. */
export function checkExpression<E extends Expression>(at: string, value: E): E {
  if (isExpression(value as unknown)) return value;
  throw argumentError(at, "an SOp or a selector", value);
}

/** The argument, if it is a value that sequences can hold, with −0 as 0. */
export function checkValue(at: string, value: RaspValue): RaspValue {
  if (isRaspValue(value)) return canonicalValue(value);
  throw argumentError(at, "null, a boolean, a number, a string or an array of these", value);
}

/** The argument, if it is a function. */
export function checkFunction<F>(at: string, value: F): F {
  if (typeof value === "function") return value;
  throw argumentError(at, "a function", value);
}

/** The argument, if it is a finite number. */
export function checkNumber(at: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw argumentError(at, "a finite number", value);
}

/** The argument, if it is a string. */
export function checkString(at: string, value: string): string {
  if (typeof value === "string") return value;
  throw argumentError(at, "a string", value);
}

/** The argument, if it is an array. */
export function checkArray<T>(at: string, value: readonly T[]): readonly T[] {
  if (Array.isArray(value)) return value;
  throw argumentError(at, "an array", value);
}

/** The options, if they are an object. */
export function checkOptions<O extends object>(at: string, value: O): O {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw argumentError(at, "an object with options", value);
}
