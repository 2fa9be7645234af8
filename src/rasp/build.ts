import {
  argumentError,
  checkArray,
  checkExpression,
  checkFunction,
  checkNumber,
  checkOptions,
  checkSelector,
  checkSOp,
  checkString,
  checkValue,
} from "./check.ts";
import type {
  AggregateSOp,
  ConstantSOp,
  Expression,
  FullSOp,
  IndicesSOp,
  LengthSOp,
  LinearSequenceMapSOp,
  MapSOp,
  OrElseSOp,
  Selector,
  SelectorWidthSOp,
  SequenceMapSOp,
  SOp,
  SOpFields,
  TokensSOp,
} from "./expression.ts";
import type { NumberType } from "./format.ts";
import { functionText, withText } from "./function-text.ts";
import type { RaspValue } from "./value.ts";

const DEFAULTS = { encoding: "categorical", numberType: "auto" } as const;

/** The input sequence. */
export const tokens: TokensSOp = Object.freeze({ kind: "tokens", name: "tokens", ...DEFAULTS });

/** The positions 0, 1, 2, … */
export const indices: IndicesSOp = Object.freeze({ kind: "indices", name: "indices", ...DEFAULTS });

/**
 * The length of the sequence at every position.
 *
 * Only the interpreter knows it; what compiles is {@link makeLength}, which counts.
 */
export const length: LengthSOp = Object.freeze({ kind: "length", name: "length", ...DEFAULTS });

/**
 * Applies `f` to every value; `null` stays `null` and `f` is not called.
 *
 * A map of a map becomes one map of the composed function (unless `simplify` is false): the name,
 * encoding and number type of the inner one are lost, and an inner `null` does reach the outer
 * function. The type of `f`'s parameter is a claim about the values that reach it.
 */
export function map<X extends RaspValue>(
  f: (x: X) => RaspValue,
  inner: SOp,
  options: { readonly simplify?: boolean } = {},
): MapSOp {
  const outer = checkFunction("map(f, inner): f", f as (x: RaspValue) => RaspValue);
  checkSOp("map(f, inner): inner", inner);
  checkOptions("map(f, inner, options): options", options);
  const fields = { kind: "map", name: "map", ...DEFAULTS } as const;
  if (inner.kind !== "map" || options.simplify === false) {
    return Object.freeze({ ...fields, f: outer, inner });
  }
  return Object.freeze({ ...fields, f: compose(inner.f, outer), inner: inner.inner });
}

type Unary = (x: RaspValue) => RaspValue;

/** What a composed function is made of, so that a chain of thousands runs without recursion. */
const COMPOSED = new WeakMap<Unary, { readonly first: Unary; readonly last: Unary }>();

/** `x ↦ last(first(x))`. */
function compose(first: Unary, last: Unary): Unary {
  let chain: readonly Unary[] | undefined;
  const composed: Unary = (x) => {
    chain ??= chainOf(composed);
    return chain.reduce((value, f) => f(value), x);
  };
  COMPOSED.set(composed, { first, last });
  return withText(composed, `${functionText(first)}, of that ${functionText(last)}`);
}

/** The functions that a composed one applies, in their order. */
function chainOf(composed: Unary): readonly Unary[] {
  const chain: Unary[] = [];
  const open = [composed];
  for (let f = open.pop(); f !== undefined; f = open.pop()) {
    const parts = COMPOSED.get(f);
    if (parts === undefined) chain.push(f);
    else open.push(parts.last, parts.first);
  }
  return chain;
}

/** Applies `f` to the values of two SOps at every position; `null` if either is `null`. */
export function sequenceMap<X extends RaspValue, Y extends RaspValue>(
  f: (x: X, y: Y) => RaspValue,
  fst: SOp,
  snd: SOp,
): SequenceMapSOp {
  checkFunction("sequenceMap(f, fst, snd): f", f);
  checkSOp("sequenceMap(f, fst, snd): fst", fst);
  checkSOp("sequenceMap(f, fst, snd): snd", snd);
  return Object.freeze({
    kind: "sequenceMap",
    name: "sequence_map",
    ...DEFAULTS,
    f: f as (x: RaspValue, y: RaspValue) => RaspValue,
    fst,
    snd,
  });
}

/** `fstFactor·fst + sndFactor·snd` at every position; compiles for numerical SOps. */
export function linearSequenceMap(
  fst: SOp,
  snd: SOp,
  fstFactor: number,
  sndFactor: number,
): LinearSequenceMapSOp {
  const call = "linearSequenceMap(fst, snd, fstFactor, sndFactor)";
  checkSOp(`${call}: fst`, fst);
  checkSOp(`${call}: snd`, snd);
  checkNumber(`${call}: fstFactor`, fstFactor);
  checkNumber(`${call}: sndFactor`, sndFactor);
  const fields = { kind: "linearSequenceMap", name: "linear_sequence_map", ...DEFAULTS } as const;
  return Object.freeze({ ...fields, fst, snd, fstFactor, sndFactor });
}

/**
 * The values of `sop`, and `fallback` where it has none: it has a value at every position.
 *
 * Functions are never called with `null`, and attention selects nothing where a key or a query is
 * `null`; what a missing value is to mean there must be said by one: `orElse(shiftBy(1, tokens),
 * "none")`. Compiles for categorical SOps; a numerical one without a value is 0 already.
 */
export function orElse(sop: SOp, fallback: RaspValue): OrElseSOp {
  const fields = { kind: "orElse", name: "or_else", ...DEFAULTS } as const;
  const inner = checkSOp("orElse(sop, fallback): sop", sop);
  if (fallback === null)
    throw argumentError("orElse(sop, fallback): fallback", "a value", fallback);
  const value = checkValue("orElse(sop, fallback): fallback", fallback);
  return Object.freeze({ ...fields, inner, fallback: value });
}

/** One value at every position. Does not compile, but selectors over it may simplify. */
export function full(fill: RaspValue): FullSOp {
  return Object.freeze({
    kind: "full",
    name: "full",
    ...DEFAULTS,
    fill: checkValue("full(fill): fill", fill),
  });
}

/**
 * A fixed sequence, whatever the input. Does not compile.
 *
 * @param options.checkLength whether an input of another length is an error (the default)
 */
export function constantSOp(
  values: readonly RaspValue[],
  options: { readonly checkLength?: boolean } = {},
): ConstantSOp {
  const { checkLength = true } = checkOptions("constantSOp(values, options): options", options);
  const fields = { kind: "constantSOp", name: "constant_sop", ...DEFAULTS } as const;
  const call = "constantSOp(values): values";
  const checked = Array.from(checkArray(call, values), (value, i) =>
    checkValue(`${call}[${i}]`, value),
  );
  return Object.freeze({ ...fields, values: Object.freeze(checked), checkLength });
}

/** How many keys each query selects: the row sums of the selector. */
export function selectorWidth(selector: Selector): SelectorWidthSOp {
  const fields = { kind: "selectorWidth", name: "selector_width", ...DEFAULTS } as const;
  return Object.freeze({ ...fields, selector: checkSelector("selectorWidth(selector)", selector) });
}

/**
 * The mean of the values each query selects; `fallback` where it selects none.
 *
 * Numbers and booleans are averaged, a single other value is moved as it is; two or more values
 * that are not all numbers have no mean (`E_RASP_AGGREGATE` when evaluated).
 */
export function aggregate(selector: Selector, sop: SOp, fallback: RaspValue = null): AggregateSOp {
  const fields = { kind: "aggregate", name: "aggregate", ...DEFAULTS } as const;
  const call = "aggregate(selector, sop, fallback)";
  checkSelector(`${call}: selector`, selector);
  checkSOp(`${call}: sop`, sop);
  const value = checkValue(`${call}: fallback`, fallback);
  return Object.freeze({ ...fields, selector, sop, default: value });
}

/** A copy of the expression with some fields replaced. */
function copyWith<E extends Expression>(expression: E, fields: Partial<SOpFields>): E {
  const copy: E = { ...expression, ...fields };
  Object.freeze(copy);
  return copy;
}

/** A copy of the expression with another name; names make up the labels of directions. */
export function named<E extends Expression>(expression: E, name: string): E {
  checkExpression("named(expression, name): expression", expression);
  return copyWith(expression, { name: checkString("named(expression, name): name", name) });
}

/** A copy of the SOp that is written to the residual stream as one number. */
export function numerical<S extends SOp>(sop: S): S {
  return copyWith(checkSOp("numerical(sop)", sop), { encoding: "numerical" });
}

/** A copy of the SOp that is written to the residual stream as one direction per value. */
export function categorical<S extends SOp>(sop: S): S {
  return copyWith(checkSOp("categorical(sop)", sop), { encoding: "categorical" });
}

/** A copy of the SOp whose integral numbers are labelled as {@link NumberType} says. */
export function withNumberType<S extends SOp>(sop: S, numberType: NumberType): S {
  checkSOp("withNumberType(sop, numberType): sop", sop);
  const isType = typeof numberType === "function" || ["auto", "int", "float"].includes(numberType);
  if (isType) return copyWith(sop, { numberType });
  const at = "withNumberType(sop, numberType): numberType";
  throw argumentError(at, '"auto", "int", "float" or a function', numberType);
}
