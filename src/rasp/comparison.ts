import type { Predicate } from "./expression.ts";
import { withText } from "./function-text.ts";
import { compareValues, type RaspValue, valuesEqual, valueTypeError } from "./value.ts";

/** The names of the built-in predicates. */
export type ComparisonName = "EQ" | "LT" | "LEQ" | "GT" | "GEQ" | "NEQ" | "TRUE" | "FALSE";

/** `key < 0`, `0` or `> 0` as `a` stands before, at or after `b`; an error if they have no order. */
export function orderOf(a: RaspValue, b: RaspValue): number {
  const order = compareValues(a, b);
  if (order === undefined) throw valueTypeError("an order", a, b);
  return order;
}

/** A predicate that selects nothing where the key or the query has no value, as attention does. */
function comparison(
  name: ComparisonName,
  test: (key: RaspValue, query: RaspValue) => boolean,
): Predicate & { readonly comparison: ComparisonName } {
  const predicate = (key: RaspValue, query: RaspValue) =>
    key !== null && query !== null && test(key, query);
  return Object.freeze(Object.assign(withText(predicate, name), { comparison: name }));
}

/** Selects where `key = query`. */
export const EQ = comparison("EQ", valuesEqual);
/** Selects where `key < query`. */
export const LT = comparison("LT", (key, query) => orderOf(key, query) < 0);
/** Selects where `key ≤ query`. */
export const LEQ = comparison("LEQ", (key, query) => orderOf(key, query) <= 0);
/** Selects where `key > query`. */
export const GT = comparison("GT", (key, query) => orderOf(key, query) > 0);
/** Selects where `key ≥ query`. */
export const GEQ = comparison("GEQ", (key, query) => orderOf(key, query) >= 0);
/** Selects where `key ≠ query`. */
export const NEQ = comparison("NEQ", (key, query) => !valuesEqual(key, query));
/** Selects everywhere where there are values. */
export const TRUE = comparison("TRUE", () => true);
/** Selects nowhere. */
export const FALSE = comparison("FALSE", () => false);
