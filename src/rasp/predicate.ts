import { truncate } from "../errors/index.ts";
import type { Predicate } from "./expression.ts";
import { functionText, withText } from "./function-text.ts";
import { isRaspValue, isTruthy, type RaspValue, resultError } from "./value.ts";

/*
 * Predicates made of predicates. Each is a node of a tree that is evaluated without recursion, so
 * that selectors can be combined thousands of times over.
 */

/** What the predicate of a merged or negated select is made of. */
type Combination =
  | { readonly kind: "not"; readonly inner: Predicate }
  | { readonly kind: "and" | "or"; readonly fst: Predicate; readonly snd: Predicate }
  | { readonly kind: "filled"; readonly inner: Predicate; readonly fills: Fills };

/** Values that take the place of the key or the query. */
interface Fills {
  readonly key?: RaspValue;
  readonly query?: RaspValue;
}

const COMBINATIONS = new WeakMap<Predicate, Combination>();
const FILLED = new WeakMap<Predicate, ReadonlySet<keyof Fills>>();

/** `true` where the predicate is false, else `false`. */
export function notPredicate(inner: Predicate): Predicate {
  return combined({ kind: "not", inner });
}

/** Whether both (`and`) or any (`or`) of two predicates are true; both are always asked. */
export function joinPredicates(kind: "and" | "or", fst: Predicate, snd: Predicate): Predicate {
  return combined({ kind, fst, snd });
}

/** The predicate with values for its key, its query or both; what is filled already stays so. */
export function fillPredicate(inner: Predicate, fills: Fills): Predicate {
  const open = Object.entries(fills).filter(([side]) => !isFilled(inner, side as keyof Fills));
  if (open.length === 0) return inner;
  return combined({ kind: "filled", inner, fills: Object.fromEntries(open) });
}

function isFilled(predicate: Predicate, side: keyof Fills): boolean {
  return FILLED.get(predicate)?.has(side) ?? false;
}

/** The sides that a combination no longer asks about. */
function filledSides(combination: Combination): ReadonlySet<keyof Fills> {
  const sides = ["key", "query"] as const;
  switch (combination.kind) {
    case "not":
      return new Set(sides.filter((side) => isFilled(combination.inner, side)));
    case "filled":
      return new Set(
        sides.filter((side) => side in combination.fills || isFilled(combination.inner, side)),
      );
    default:
      return new Set(
        sides.filter((side) => isFilled(combination.fst, side) && isFilled(combination.snd, side)),
      );
  }
}

function combined(combination: Combination): Predicate {
  let order: readonly Predicate[] | undefined;
  const predicate: Predicate = (key, query) => {
    order ??= operandsFirst(predicate);
    return evaluateAll(order, key, query);
  };
  COMBINATIONS.set(predicate, combination);
  FILLED.set(predicate, filledSides(combination));
  return withText(predicate, textOf(combination));
}

/** So much of the text of a combination is kept: thousands may be nested. */
const MOST_CHARACTERS = 200;

function textOf(combination: Combination): string {
  switch (combination.kind) {
    case "not":
      return truncate(`not (${functionText(combination.inner)})`, MOST_CHARACTERS);
    case "filled":
      return functionText(combination.inner);
    default: {
      const [fst, snd] = [functionText(combination.fst), functionText(combination.snd)];
      return truncate(`(${fst}) ${combination.kind} (${snd})`, MOST_CHARACTERS);
    }
  }
}

/** Every predicate that one is made of once, each after its operands; `root` itself comes last. */
function operandsFirst(root: Predicate): readonly Predicate[] {
  const done = new Set<Predicate>();
  const stack = [root];
  while (stack.length > 0) {
    const predicate = stack.at(-1)!;
    const open = operandsOf(predicate).filter((operand) => !done.has(operand));
    stack.push(...open);
    if (open.length > 0) continue;
    done.add(predicate);
    stack.pop();
  }
  return [...done];
}

/** The operands that are asked about the same key and query. */
function operandsOf(predicate: Predicate): readonly Predicate[] {
  const combination = COMBINATIONS.get(predicate);
  if (combination === undefined || combination.kind === "filled") return [];
  return combination.kind === "not" ? [combination.inner] : [combination.fst, combination.snd];
}

function evaluateAll(order: readonly Predicate[], key: RaspValue, query: RaspValue): boolean {
  const truths = new Map<Predicate, boolean>();
  for (const predicate of order) truths.set(predicate, truthOf(predicate, truths, key, query));
  return truths.get(order.at(-1)!)!;
}

/** The truth of what a predicate returned, which must be a value. */
function truth(result: unknown): boolean {
  if (!isRaspValue(result)) throw resultError(result);
  return isTruthy(result);
}

function truthOf(
  predicate: Predicate,
  truths: ReadonlyMap<Predicate, boolean>,
  key: RaspValue,
  query: RaspValue,
): boolean {
  const combination = COMBINATIONS.get(predicate);
  switch (combination?.kind) {
    case undefined:
      return truth(predicate(key, query));
    case "filled": {
      const { inner, fills } = combination;
      return truth(
        inner("key" in fills ? fills.key! : key, "query" in fills ? fills.query! : query),
      );
    }
    case "not":
      return !truths.get(combination.inner)!;
    case "and":
      return truths.get(combination.fst)! && truths.get(combination.snd)!;
    case "or":
      return truths.get(combination.fst)! || truths.get(combination.snd)!;
  }
}
