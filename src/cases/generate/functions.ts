import { type RaspValue, uniqueValues, withText } from "../../rasp/index.ts";
import type { ValueKind } from "./typed.ts";

/** A function of one value. It may be asked for any value of the kind `from`. */
export interface UnaryFunction {
  readonly name: string;
  readonly from: ValueKind;
  readonly to: ValueKind;
  readonly f: (x: RaspValue) => RaspValue;
}

/** A function of two values. */
export interface BinaryFunction {
  readonly name: string;
  readonly from: readonly [ValueKind, ValueKind];
  readonly to: ValueKind;
  readonly f: (x: RaspValue, y: RaspValue) => RaspValue;
}

/** What is said of a function besides what it does. */
export interface FunctionFacts {
  /** What it computes, with `{x}` and `{y}` where its operands stand: `"{x} plus 1"`. */
  readonly words: string;
  /** Whether its words are a statement that is true or false. */
  readonly isTest: boolean;
  /** Whether it is the same with its operands exchanged. */
  readonly isSymmetric: boolean;
}

const FACTS = new WeakMap<object, FunctionFacts>();

/** What is said of a function of generated programs; of other functions nothing. */
export function functionFacts(f: (...args: never[]) => unknown): FunctionFacts | undefined {
  return FACTS.get(f);
}

/**
 * Says of a function what it computes: as an expression of JavaScript in `x` and `y` (of predicates in
 * `key` and `query`), which `functionText` gives, and in words. Returns it.
 */
export function described<F extends (...args: never[]) => unknown>(
  f: F,
  text: string,
  words: string,
  { isTest = false, isSymmetric = false }: Partial<FunctionFacts> = {},
): F {
  FACTS.set(f, { words, isTest, isSymmetric });
  return withText(f, text);
}

const ofNumber = (
  name: string,
  to: ValueKind,
  f: (x: number) => RaspValue,
  text: string,
  words: string,
): UnaryFunction => ({
  name,
  from: "number",
  to,
  f: described((x: RaspValue) => f(Number(x)), text, words, { isTest: to === "boolean" }),
});

const ofBoolean = (
  name: string,
  to: ValueKind,
  f: (x: boolean) => RaspValue,
  text: string,
  words: string,
): UnaryFunction => ({
  name,
  from: "boolean",
  to,
  f: described((x: RaspValue) => f(Boolean(x)), text, words, { isTest: to === "boolean" }),
});

const ofSymbol = (
  name: string,
  to: ValueKind,
  f: (x: string) => RaspValue,
  text: string,
  words: string,
): UnaryFunction => ({
  name,
  from: "symbol",
  to,
  f: described((x: RaspValue) => f(String(x)), text, words, { isTest: to === "boolean" }),
});

/** What turns a test into a number that can be averaged. */
export const ONE_OR_ZERO = ofBoolean(
  "as_number",
  "number",
  (x) => (x ? 1 : 0),
  "x ? 1 : 0",
  "1 if {x}, else 0",
);

const GENERAL: readonly UnaryFunction[] = [
  ofNumber("plus_1", "number", (x) => x + 1, "x + 1", "{x} plus 1"),
  ofNumber("doubled", "number", (x) => 2 * x, "2 * x", "twice {x}"),
  ofNumber("negated", "number", (x) => -x, "-x", "minus {x}"),
  ofNumber("squared", "number", (x) => x * x, "x * x", "the square of {x}"),
  ofNumber("mod_3", "number", (x) => ((x % 3) + 3) % 3, "((x % 3) + 3) % 3", "{x} modulo 3"),
  ofNumber("at_most_2", "number", (x) => Math.min(x, 2), "Math.min(x, 2)", "{x}, but at most 2"),
  ofNumber(
    "only_even",
    "number",
    (x) => (x % 2 === 0 ? x : null),
    "x % 2 === 0 ? x : null",
    "{x} where it is even, else no value",
  ),
  ofNumber("is_even", "boolean", (x) => x % 2 === 0, "x % 2 === 0", "{x} is even"),
  ofNumber("is_above_1", "boolean", (x) => x > 1, "x > 1", "{x} is above 1"),
  ofNumber(
    "size",
    "symbol",
    (x) => (x > 1 ? "large" : "small"),
    'x > 1 ? "large" : "small"',
    '"large" if {x} is above 1, else "small"',
  ),
  ofNumber(
    "sign",
    "symbol",
    (x) => (x > 0 ? "plus" : x < 0 ? "minus" : "zero"),
    'x > 0 ? "plus" : x < 0 ? "minus" : "zero"',
    'the sign of {x} ("plus", "minus" or "zero")',
  ),
  ofBoolean("not", "boolean", (x) => !x, "!x", "not: {x}"),
  ofBoolean("bit", "number", (x) => (x ? 1 : 0), "x ? 1 : 0", "1 if {x}, else 0"),
  ofBoolean(
    "answer",
    "symbol",
    (x) => (x ? "yes" : "no"),
    'x ? "yes" : "no"',
    '"yes" if {x}, else "no"',
  ),
  ofSymbol("letters", "number", (x) => x.length, "x.length", "how many letters {x} has"),
  ofSymbol("capital", "symbol", (x) => x.toUpperCase(), "x.toUpperCase()", "{x} in capitals"),
];

/** Functions that single out one of the symbols an operand can be. */
function ofThisSymbol(symbol: string): readonly UnaryFunction[] {
  const quoted = JSON.stringify(symbol);
  return [
    ofSymbol(`is_${symbol}`, "boolean", (x) => x === symbol, `x === ${quoted}`, `{x} is ${quoted}`),
    ofSymbol(
      `unless_${symbol}`,
      "symbol",
      (x) => (x === symbol ? null : x),
      `x === ${quoted} ? null : x`,
      `{x} unless it is ${quoted}, then no value`,
    ),
  ];
}

/** The functions of a kind of values to another; `values` are those that may come. */
export function unaryFunctions(
  from: ValueKind,
  to: ValueKind,
  values: readonly RaspValue[],
): readonly UnaryFunction[] {
  const singling = from === "symbol" ? values.flatMap((value) => ofThisSymbol(String(value))) : [];
  return [...GENERAL, ...singling].filter((each) => each.from === from && each.to === to);
}

const ofNumbers = (
  name: string,
  to: ValueKind,
  f: (x: number, y: number) => RaspValue,
  text: string,
  words: string,
  isSymmetric = false,
): BinaryFunction => ({
  name,
  from: ["number", "number"],
  to,
  f: described((x: RaspValue, y: RaspValue) => f(Number(x), Number(y)), text, words, {
    isTest: to === "boolean",
    isSymmetric,
  }),
});

const ofBooleans = (
  name: string,
  f: (x: boolean, y: boolean) => boolean,
  text: string,
  words: string,
): BinaryFunction => ({
  name,
  from: ["boolean", "boolean"],
  to: "boolean",
  f: described((x: RaspValue, y: RaspValue) => f(Boolean(x), Boolean(y)), text, words, {
    isTest: true,
    isSymmetric: true,
  }),
});

const BINARY: readonly BinaryFunction[] = [
  ofNumbers("sum", "number", (x, y) => x + y, "x + y", "the sum of {x} and {y}", true),
  ofNumbers("difference", "number", (x, y) => x - y, "x - y", "{x} minus {y}"),
  ofNumbers("product", "number", (x, y) => x * y, "x * y", "the product of {x} and {y}", true),
  ofNumbers(
    "larger",
    "number",
    (x, y) => Math.max(x, y),
    "Math.max(x, y)",
    "the larger of {x} and {y}",
    true,
  ),
  ofNumbers("is_same", "boolean", (x, y) => x === y, "x === y", "{x} equals {y}", true),
  ofNumbers("is_less", "boolean", (x, y) => x < y, "x < y", "{x} is less than {y}"),
  ofNumbers(
    "trend",
    "symbol",
    (x, y) => (x < y ? "up" : x > y ? "down" : "level"),
    'x < y ? "up" : x > y ? "down" : "level"',
    '"up", "down" or "level", as it goes from {x} to {y}',
  ),
  ofBooleans("both", (x, y) => x && y, "x && y", "both {x} and {y}"),
  ofBooleans("either", (x, y) => x || y, "x || y", "{x} or {y}, or both"),
  ofBooleans("differ", (x, y) => x !== y, "!x !== !y", "either {x} or {y}, not both"),
  {
    name: "same",
    from: ["symbol", "symbol"],
    to: "boolean",
    f: described((x: RaspValue, y: RaspValue) => x === y, "x === y", "{x} equals {y}", {
      isTest: true,
      isSymmetric: true,
    }),
  },
  {
    name: "joined",
    from: ["symbol", "symbol"],
    to: "symbol",
    f: described(
      (x: RaspValue, y: RaspValue) => `${x}${y}`,
      "x + y",
      "{x} with {y} behind it, as one word",
    ),
  },
  {
    name: "if_true",
    from: ["number", "boolean"],
    to: "number",
    f: described((x: RaspValue, y: RaspValue) => (y ? x : 0), "y ? x : 0", "{x} if {y}, else 0"),
  },
  {
    name: "or_dash",
    from: ["symbol", "boolean"],
    to: "symbol",
    f: described(
      (x: RaspValue, y: RaspValue) => (y ? x : "-"),
      'y ? x : "-"',
      '{x} if {y}, else "-"',
    ),
  },
  {
    name: "repeated",
    from: ["symbol", "number"],
    to: "symbol",
    f: described(
      (x: RaspValue, y: RaspValue) => String(x).repeat(1 + (Math.abs(Number(y)) % 2)),
      "x.repeat(1 + (Math.abs(y) % 2))",
      "{x}, twice if {y} is odd",
    ),
  },
];

/** The functions of two values whose result is of a kind. */
export function binaryFunctions(to: ValueKind): readonly BinaryFunction[] {
  return BINARY.filter((each) => each.to === to);
}

/** The different values among results, and whether some have none. */
export function image(results: readonly RaspValue[]): {
  readonly values: readonly RaspValue[];
  readonly isPartial: boolean;
} {
  const values = uniqueValues(results.filter((value) => value !== null));
  return { values, isPartial: results.includes(null) };
}
