import { describeValue, InterpBenchError } from "../errors/index.ts";
import type { NumberType } from "./format.ts";
import { isRaspValue, type RaspValue } from "./value.ts";

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

/** What the fields of each kind of expression are, beside `kind`, `name` and `encoding`. */
const FIELDS: Readonly<Record<Expression["kind"], Readonly<Record<string, FieldType>>>> = {
  tokens: {},
  indices: {},
  length: {},
  map: { f: "function", inner: "sop" },
  sequenceMap: { f: "function", fst: "sop", snd: "sop" },
  linearSequenceMap: { fst: "sop", snd: "sop", fstFactor: "number", sndFactor: "number" },
  orElse: { inner: "sop", fallback: "value" },
  full: { fill: "value" },
  constantSOp: { values: "array" },
  selectorWidth: { selector: "selector" },
  aggregate: { selector: "selector", sop: "sop", default: "value" },
  select: { keys: "sop", queries: "sop", predicate: "function" },
  selectorAnd: { fst: "selector", snd: "selector" },
  selectorOr: { fst: "selector", snd: "selector" },
  selectorNot: { inner: "selector" },
  constantSelector: { matrix: "array" },
};

type FieldType = "sop" | "selector" | "function" | "number" | "value" | "array";

/** Expressions that were found to be complete, with all they are made of. */
const COMPLETE = new WeakSet<object>();

/**
 * Whether anything at all is a RASP expression: its fields are there and of their types, those of
 * all its sub-expressions are, and it is no part of itself.
 */
export function isExpression(candidate: unknown): candidate is Expression {
  if (typeof candidate !== "object" || candidate === null) return false;
  const open = new Set<object>();
  const stack: object[] = [candidate];
  while (stack.length > 0) {
    const item = stack.at(-1)!;
    if (COMPLETE.has(item) || open.has(item)) {
      COMPLETE.add(item);
      open.delete(item);
      stack.pop();
      continue;
    }
    if (!hasFields(item)) return false;
    open.add(item);
    const children = childrenOf(item as Expression).filter((child) => !COMPLETE.has(child));
    if (children.some((child) => open.has(child))) return false;
    stack.push(...children);
  }
  return true;
}

function hasFields(candidate: object): boolean {
  const fields = candidate as Readonly<Record<string, unknown>>;
  const { kind, name, encoding } = fields;
  if (!isKind(kind) || typeof name !== "string") return false;
  const isEncoded = encoding === "categorical" || encoding === "numerical";
  if (!isEncoded && !SELECTOR_KINDS.includes(kind)) return false;
  return Object.entries(FIELDS[kind]).every(([field, type]) => isOfType(fields[field], type));
}

function requireExpression(candidate: unknown): void {
  if (isExpression(candidate)) return;
  throw new InterpBenchError("E_RASP_ARGUMENT", "this is no RASP program", {
    expected: "an SOp or a selector",
    received: describeValue(candidate),
  });
}

function isKind(kind: unknown): kind is Expression["kind"] {
  return typeof kind === "string" && Object.hasOwn(FIELDS, kind);
}

function isOfType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case "function":
      return typeof value === "function";
    case "number":
      return Number.isFinite(value);
    case "value":
      return isRaspValue(value);
    case "array":
      return Array.isArray(value);
    default: {
      if (typeof value !== "object" || value === null) return false;
      const { kind } = value as Readonly<Record<string, unknown>>;
      return isKind(kind) && SELECTOR_KINDS.includes(kind) === (type === "selector");
    }
  }
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
  requireExpression(program);
  const found = new Set<Expression>([program]);
  // A Set iterates over what is added while it is walked: it is the queue, too.
  for (const expression of found) {
    for (const child of childrenOf(expression)) found.add(child);
  }
  return [...found];
}

/** Every distinct sub-expression once, each after its children; `program` itself comes last. */
export function dependenciesFirst(program: Expression): readonly Expression[] {
  requireExpression(program);
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
