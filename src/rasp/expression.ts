import type { NumberType } from "./format.ts";
import type { RaspValue } from "./value.ts";

/**
 * How an SOp is written into the residual stream: one direction per value (`categorical`), or
 * one direction that carries the number (`numerical`).
 */
export type Encoding = "categorical" | "numerical";

/** What every SOp has. */
export interface SOpFields {
  /** What labels are made of: `name_id`. */
  readonly name: string;
  readonly encoding: Encoding;
  /** How its integral numbers are printed in labels. */
  readonly numberType: NumberType;
}

/** The input sequence itself. */
export interface TokensSOp extends SOpFields {
  readonly kind: "tokens";
}
/** The positions 0, 1, 2, … */
export interface IndicesSOp extends SOpFields {
  readonly kind: "indices";
}
/** The length of the sequence at every position. For the interpreter only. */
export interface LengthSOp extends SOpFields {
  readonly kind: "length";
}
/** `f(x)` at every position; `null` stays `null` without calling `f`. */
export interface MapSOp extends SOpFields {
  readonly kind: "map";
  readonly f: (x: RaspValue) => RaspValue;
  readonly inner: SOp;
}
/** `f(x, y)` at every position; `null` if either operand is `null`. */
export interface SequenceMapSOp extends SOpFields {
  readonly kind: "sequenceMap";
  readonly f: (x: RaspValue, y: RaspValue) => RaspValue;
  readonly fst: SOp;
  readonly snd: SOp;
}
/** `fstFactor·x + sndFactor·y` at every position; `null` if either operand is `null`. */
export interface LinearSequenceMapSOp extends SOpFields {
  readonly kind: "linearSequenceMap";
  readonly fst: SOp;
  readonly snd: SOp;
  readonly fstFactor: number;
  readonly sndFactor: number;
}
/** `x` where there is a value, `fallback` where there is none (`null`). */
export interface OrElseSOp extends SOpFields {
  readonly kind: "orElse";
  readonly inner: SOp;
  readonly fallback: RaspValue;
}
/** One value at every position. For the interpreter and for selector simplification only. */
export interface FullSOp extends SOpFields {
  readonly kind: "full";
  readonly fill: RaspValue;
}
/** A fixed sequence, whatever the input. For the interpreter only. */
export interface ConstantSOp extends SOpFields {
  readonly kind: "constantSOp";
  readonly values: readonly RaspValue[];
  readonly checkLength: boolean;
}
/** How many keys each query selects. */
export interface SelectorWidthSOp extends SOpFields {
  readonly kind: "selectorWidth";
  readonly selector: Selector;
}
/** The mean of the values each query selects, or `default` where it selects none. */
export interface AggregateSOp extends SOpFields {
  readonly kind: "aggregate";
  readonly selector: Selector;
  readonly sop: SOp;
  readonly default: RaspValue;
}

/** A sequence operation: it turns a sequence into a sequence of the same length. */
export type SOp =
  | TokensSOp
  | IndicesSOp
  | LengthSOp
  | MapSOp
  | SequenceMapSOp
  | LinearSequenceMapSOp
  | OrElseSOp
  | FullSOp
  | ConstantSOp
  | SelectorWidthSOp
  | AggregateSOp;

/** A question asked of every (key, query) pair; comparisons carry their name. */
export type Predicate = ((key: RaspValue, query: RaspValue) => boolean) & {
  readonly comparison?: string;
};

/** `matrix[query][key] = predicate(key, query)`. */
export interface SelectSelector {
  readonly kind: "select";
  readonly name: string;
  readonly keys: SOp;
  readonly queries: SOp;
  readonly predicate: Predicate;
}
/** Element-wise and. */
export interface AndSelector {
  readonly kind: "selectorAnd";
  readonly name: string;
  readonly fst: Selector;
  readonly snd: Selector;
}
/** Element-wise or. */
export interface OrSelector {
  readonly kind: "selectorOr";
  readonly name: string;
  readonly fst: Selector;
  readonly snd: Selector;
}
/** Element-wise not. */
export interface NotSelector {
  readonly kind: "selectorNot";
  readonly name: string;
  readonly inner: Selector;
}
/** A fixed matrix `[query][key]`, whatever the input. For the interpreter only. */
export interface ConstantSelector {
  readonly kind: "constantSelector";
  readonly name: string;
  readonly matrix: readonly (readonly boolean[])[];
  readonly checkLength: boolean;
}

/** A boolean matrix `[query][key]` over the positions of a sequence. */
export type Selector = SelectSelector | AndSelector | OrSelector | NotSelector | ConstantSelector;

/** Any node of a RASP program: frozen, shared by identity. */
export type Expression = SOp | Selector;

const SELECTOR_KINDS = ["select", "selectorAnd", "selectorOr", "selectorNot", "constantSelector"];

/** Whether the expression is a selector (a matrix) rather than an SOp (a sequence). */
export function isSelector(expression: Expression): expression is Selector {
  return SELECTOR_KINDS.includes(expression.kind);
}

/** Whether anything at all is a RASP expression. */
export function isExpression(candidate: unknown): candidate is Expression {
  return (
    typeof candidate === "object" &&
    candidate !== null &&
    "kind" in candidate &&
    "name" in candidate
  );
}

/** The direct dependencies, in the order that decides ids and labels. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "tokens":
    case "indices":
    case "length":
    case "full":
    case "constantSOp":
    case "constantSelector":
      return [];
    case "map":
    case "orElse":
    case "selectorNot":
      return [expression.inner];
    case "sequenceMap":
    case "linearSequenceMap":
    case "selectorAnd":
    case "selectorOr":
      return [expression.fst, expression.snd];
    case "selectorWidth":
      return [expression.selector];
    case "aggregate":
      return [expression.selector, expression.sop];
    case "select":
      return [expression.keys, expression.queries];
  }
}

/**
 * Every distinct sub-expression once, in the order a breadth-first walk from `program` meets it;
 * `program` itself comes first.
 *
 * Walking every path instead (as the original does) would meet them in the same order: a second
 * visit has no new children to show.
 */
export function breadthFirst(program: Expression): readonly Expression[] {
  const found = new Set<Expression>([program]);
  // A Set iterates over what is added while it is walked: it is the queue, too.
  for (const expression of found) {
    for (const child of childrenOf(expression)) found.add(child);
  }
  return [...found];
}

/** Every distinct sub-expression once, each after its children; `program` itself comes last. */
export function dependenciesFirst(program: Expression): readonly Expression[] {
  const done = new Set<Expression>();
  const stack: Expression[] = [program];
  while (stack.length > 0) {
    const expression = stack.at(-1)!;
    const open = childrenOf(expression).filter((child) => !done.has(child));
    if (done.has(expression) || open.length === 0) {
      done.add(expression);
      stack.pop();
    } else {
      stack.push(...open.reverse());
    }
  }
  return [...done];
}
