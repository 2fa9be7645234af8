import {
  argumentError,
  checkArray,
  checkFunction,
  checkOptions,
  checkSelector,
  checkSOp,
} from "./check.ts";
import type { ConstantSelector, Predicate, Selector, SelectSelector, SOp } from "./expression.ts";
import { fillPredicate, joinPredicates, notPredicate } from "./predicate.ts";
import type { RaspValue } from "./value.ts";

/**
 * The matrix `[query][key]` of where `predicate(key, query)` holds. Mind the order: key first.
 *
 * `predicate` is a comparison ({@link EQ}, {@link LT}, …) or a function; the types of a function's
 * parameters are a claim about the values that reach it.
 */
export function select<K extends RaspValue, Q extends RaspValue>(
  keys: SOp,
  queries: SOp,
  predicate: (key: K, query: Q) => boolean,
): SelectSelector {
  checkSOp("select(keys, queries, predicate): keys", keys);
  checkSOp("select(keys, queries, predicate): queries", queries);
  checkFunction("select(keys, queries, predicate): predicate", predicate);
  return Object.freeze({
    kind: "select",
    name: "select",
    keys,
    queries,
    predicate: predicate as Predicate,
  });
}

/** A fixed matrix `[query][key]`, whatever the input. Does not compile. */
export function constantSelector(
  matrix: readonly (readonly boolean[])[],
  options: { readonly checkLength?: boolean } = {},
): ConstantSelector {
  const { checkLength = true } = checkOptions(
    "constantSelector(matrix, options): options",
    options,
  );
  const call = "constantSelector(matrix): matrix";
  const rows = Array.from(checkArray(call, matrix), (row, q) => {
    const isRow =
      Array.isArray(row) && Array.from(row).every((entry) => typeof entry === "boolean");
    if (!isRow) throw argumentError(`${call}[${q}]`, "an array of booleans", row);
    return Object.freeze([...row]);
  });
  const frozen = Object.freeze(rows);
  return Object.freeze({
    kind: "constantSelector",
    name: "constant_selector",
    matrix: frozen,
    checkLength,
  });
}

/** Whether selectors are merged into one {@link select} where that is possible (the default). */
export interface SimplifyOption {
  readonly simplify?: boolean;
}

/** The positions that are not selected; a `select` becomes a `select` of the negated predicate. */
export function selectorNot(inner: Selector, options: SimplifyOption = {}): Selector {
  checkSelector("selectorNot(inner)", inner);
  const { simplify } = checkOptions("selectorNot(inner, options): options", options);
  if (inner.kind === "select" && simplify !== false) {
    return select(inner.keys, inner.queries, notPredicate(inner.predicate));
  }
  return Object.freeze({ kind: "selectorNot", name: "selector_not", inner });
}

/**
 * The positions that both select; two `select`s become one where they share keys and queries
 * (or one side's are {@link full}). Only such a merged selector compiles.
 */
export function selectorAnd(fst: Selector, snd: Selector, options: SimplifyOption = {}): Selector {
  const merged = mergeUnless("selectorAnd", "and", fst, snd, options);
  return merged ?? Object.freeze({ kind: "selectorAnd", name: "selector_and", fst, snd });
}

/** The positions that either selects; simplified like {@link selectorAnd}. */
export function selectorOr(fst: Selector, snd: Selector, options: SimplifyOption = {}): Selector {
  const merged = mergeUnless("selectorOr", "or", fst, snd, options);
  return merged ?? Object.freeze({ kind: "selectorOr", name: "selector_or", fst, snd });
}

function mergeUnless(
  builder: string,
  kind: "and" | "or",
  fst: Selector,
  snd: Selector,
  options: SimplifyOption,
): SelectSelector | undefined {
  checkSelector(`${builder}(fst, snd): fst`, fst);
  checkSelector(`${builder}(fst, snd): snd`, snd);
  const { simplify } = checkOptions(`${builder}(fst, snd, options): options`, options);
  return simplify === false ? undefined : merge(fst, snd, kind);
}

/** One `select` that does the work of two, or `undefined` where they share no keys or queries. */
function merge(a: Selector, b: Selector, kind: "and" | "or"): SelectSelector | undefined {
  if (a.kind !== "select" || b.kind !== "select") return undefined;
  const keys = commonSOp(a.keys, b.keys);
  const queries = commonSOp(a.queries, b.queries);
  if (keys === undefined || queries === undefined) return undefined;
  return select(keys, queries, joinPredicates(kind, withFills(a), withFills(b)));
}

/** What two key (or query) SOps have in common; a `full` one fits any other. */
function commonSOp(a: SOp, b: SOp): SOp | undefined {
  if (a === b || b.kind === "full") return a;
  return a.kind === "full" ? b : undefined;
}

/** The predicate with the values of `full` keys and queries put in. */
function withFills({ keys, queries, predicate }: SelectSelector): Predicate {
  return fillPredicate(predicate, {
    ...(keys.kind === "full" ? { key: keys.fill } : {}),
    ...(queries.kind === "full" ? { query: queries.fill } : {}),
  });
}
