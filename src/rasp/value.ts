import { describeValue, InterpBenchError } from "../errors/index.ts";

/**
 * What a RASP sequence holds: `null` ("no value"), a boolean, a number, a string, or a tuple of
 * these. Integers and floats are one type. `NaN` is not a RASP value, ±Infinity is; −0 is 0.
 */
export type RaspValue = null | boolean | number | string | readonly RaspValue[];

/** Whether the value is a tuple. */
export function isTuple(value: unknown): value is readonly RaspValue[] {
  return Array.isArray(value);
}

/** Whether the value counts as a number in arithmetic: numbers, and booleans as 0 and 1. */
export function isNumeric(value: RaspValue): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** How deep tuples may be nested, and how many elements one may hold, those inside included. */
const TUPLE_LIMITS = { depth: 100, elements: 100_000 } as const;

/**
 * Whether anything at all is a {@link RaspValue} (so neither `undefined`, an object nor NaN). Tuples
 * nested deeper than 100 levels, or of more than 100,000 elements in all, are none.
 */
export function isRaspValue(value: unknown): value is RaspValue {
  return isScalar(value) || (isTuple(value) && countElements(value, 1, 0) !== undefined);
}

function isScalar(value: unknown): boolean {
  if (typeof value === "number") return !Number.isNaN(value);
  return value === null || typeof value === "boolean" || typeof value === "string";
}

/** So many elements and those counted before; `undefined` if one is no value or a limit is passed. */
function countElements(
  tuple: readonly unknown[],
  depth: number,
  before: number,
): number | undefined {
  let count = before + tuple.length;
  if (depth > TUPLE_LIMITS.depth || count > TUPLE_LIMITS.elements) return undefined;
  for (let i = 0; i < tuple.length; i++) {
    const element = tuple[i];
    if (isScalar(element)) continue;
    const counted = isTuple(element) ? countElements(element, depth + 1, count) : undefined;
    if (counted === undefined) return undefined;
    count = counted;
  }
  return count;
}

/** The error for something else than a value that a function returned. */
export function resultError(result: unknown, at?: string): InterpBenchError {
  const message = "a RASP function returned something else than a value";
  return new InterpBenchError("E_RASP_VALUE", message, {
    at,
    expected: "null, a boolean, a number, a string or an array of these (at most 100 deep)",
    received: result === undefined ? "undefined (is a return missing?)" : describeValue(result),
  });
}

/**
 * A key that two values share exactly when they are equal: `true`, `1` and `1.0` are one value,
 * so are `-0` and `0`; strings stand apart; tuples are compared element by element.
 * Fit for `Map` and `Set`.
 */
export function valueKey(value: RaspValue): number | string | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return value.startsWith("\u0000") ? `\u0000s${value}` : value;
  if (!isTuple(value)) return value;
  const parts = value.map((element) => {
    const key = valueKey(element);
    return typeof key === "string" ? JSON.stringify(key) : String(key);
  });
  return `\u0000(${parts.join(",")})`;
}

/** Whether two values are equal in the sense of {@link valueKey}. */
export function valuesEqual(a: RaspValue, b: RaspValue): boolean {
  return valueKey(a) === valueKey(b);
}

/** The distinct values in the order of their first appearance; the first of equal values stays. */
export function uniqueValues(values: Iterable<RaspValue>): RaspValue[] {
  const seen = new Map<number | string | null, RaspValue>();
  for (const value of values) {
    const key = valueKey(value);
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

/** Compares two strings by Unicode code points (not UTF-16 units): −1, 0 or 1. */
export function compareStrings(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue;
    // A surrogate stands for a code point above every other UTF-16 unit.
    const isAstral = (s: string) => (s.charCodeAt(i) & 0xf800) === 0xd800;
    if (isAstral(a) !== isAstral(b)) return isAstral(a) ? 1 : -1;
    return a.charCodeAt(i) < b.charCodeAt(i) ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/**
 * Orders two values: negative, zero or positive; `undefined` where there is no order.
 *
 * Numbers and booleans are ordered by number, strings by code point, tuples by their first
 * differing element (then by length). Equal values are always comparable.
 */
export function compareValues(a: RaspValue, b: RaspValue): number | undefined {
  if (isNumeric(a) && isNumeric(b))
    return Number(a) < Number(b) ? -1 : Number(Number(a) > Number(b));
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  if (!isTuple(a) || !isTuple(b)) return a === null && b === null ? 0 : undefined;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareValues(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Truth of a value: `null`, `false`, `0`, `""` and the empty tuple are false. */
export function isTruthy(value: RaspValue): boolean {
  return isTuple(value) ? value.length > 0 : Boolean(value);
}

/** The value with −0 replaced by 0, also inside tuples, and tuples frozen. */
export function canonicalValue(value: RaspValue): RaspValue {
  if (value === 0) return 0;
  return isTuple(value) ? Object.freeze(value.map(canonicalValue)) : value;
}

/** The error for an operation that is not defined for the types of its operands. */
export function valueTypeError(
  operation: string,
  ...operands: readonly RaspValue[]
): InterpBenchError {
  const received = operands.map((value) => `${typeName(value)} ${JSON.stringify(value)}`);
  return new InterpBenchError("E_RASP_TYPE", `${operation} is not defined for these values`, {
    received: received.join(" and "),
  });
}

function typeName(value: RaspValue): string {
  if (value === null) return "null";
  return isTuple(value) ? "tuple" : typeof value;
}
