import type { ConstantSelector, Predicate, Selector, SelectSelector, SOp } from "./expression.ts";
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
  const checkLength = options.checkLength ?? true;
  const frozen = Object.freeze(matrix.map((row) => Object.freeze([...row])));
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
  if (inner.kind === "select" && options.simplify !== false) {
    const { keys, queries, predicate } = inner;
    return select(keys, queries, (key, query) => !predicate(key, query));
  }
  return Object.freeze({ kind: "selectorNot", name: "selector_not", inner });
}

/**
 * The positions that both select; two `select`s become one where they share keys and queries
 * (or one side's are {@link full}). Only such a merged selector compiles.
 */
export function selectorAnd(fst: Selector, snd: Selector, options: SimplifyOption = {}): Selector {
  const merged = options.simplify === false ? undefined : merge(fst, snd, (a, b) => a && b);
  return merged ?? Object.freeze({ kind: "selectorAnd", name: "selector_and", fst, snd });
}

/** The positions that either selects; simplified like {@link selectorAnd}. */
export function selectorOr(fst: Selector, snd: Selector, options: SimplifyOption = {}): Selector {
  const merged = options.simplify === false ? undefined : merge(fst, snd, (a, b) => a || b);
  return merged ?? Object.freeze({ kind: "selectorOr", name: "selector_or", fst, snd });
}

/** One `select` that does the work of two, or `undefined` where they share no keys or queries. */
function merge(
  a: Selector,
  b: Selector,
  combine: (a: boolean, b: boolean) => boolean,
): SelectSelector | undefined {
  if (a.kind !== "select" || b.kind !== "select") return undefined;
  const keys = commonSOp(a.keys, b.keys);
  const queries = commonSOp(a.queries, b.queries);
  if (keys === undefined || queries === undefined) return undefined;
  const [testA, testB] = [withFills(a), withFills(b)];
  return select(keys, queries, (key: RaspValue, query: RaspValue) => {
    // Both are always asked: an error of the second must not depend on the first.
    const [resultA, resultB] = [testA(key, query), testB(key, query)];
    return combine(resultA, resultB);
  });
}

/** What two key (or query) SOps have in common; a `full` one fits any other. */
function commonSOp(a: SOp, b: SOp): SOp | undefined {
  if (a === b || b.kind === "full") return a;
  return a.kind === "full" ? b : undefined;
}

/** The predicate with the values of `full` keys and queries put in. */
function withFills({ keys, queries, predicate }: SelectSelector): Predicate {
  return (key, query) =>
    predicate(
      keys.kind === "full" ? keys.fill : key,
      queries.kind === "full" ? queries.fill : query,
    );
}
