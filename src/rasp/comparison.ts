import { InterpBenchError } from "../errors/index.ts";
import type { Predicate } from "./expression.ts";
import { compareValues, type RaspValue, valuesEqual, valueTypeError } from "./value.ts";

/** The names of the built-in predicates. */
export type ComparisonName = "EQ" | "LT" | "LEQ" | "GT" | "GEQ" | "NEQ" | "TRUE" | "FALSE";

/** `key < 0`, `0` or `> 0` as `a` stands before, at or after `b`; an error if they have no order. */
export function orderOf(a: RaspValue, b: RaspValue): number {
  const order = compareValues(a, b);
  if (order === undefined) throw valueTypeError("an order", a, b);
  return order;
}

function comparison(
  name: ComparisonName,
  test: (key: RaspValue, query: RaspValue) => boolean,
): Predicate & { readonly comparison: ComparisonName } {
  const predicate = (key: RaspValue, query: RaspValue) => {
    if (key === null || query === null) {
      throw new InterpBenchError("E_RASP_NULL", `${key === null ? "a key" : "a query"} is null`, {
        expected: `values that ${name} can compare`,
        hint: "Give it a value everywhere first: orElse(sop, value).",
      });
    }
    return test(key, query);
  };
  return Object.freeze(Object.assign(predicate, { comparison: name }));
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
/** Selects everywhere. */
export const TRUE = comparison("TRUE", () => true);
/** Selects nowhere. */
export const FALSE = comparison("FALSE", () => false);
