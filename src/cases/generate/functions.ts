import { type RaspValue, uniqueValues } from "../../rasp/index.ts";
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

const ofNumber = (name: string, to: ValueKind, f: (x: number) => RaspValue): UnaryFunction => ({
  name,
  from: "number",
  to,
  f: (x) => f(Number(x)),
});

const ofBoolean = (name: string, to: ValueKind, f: (x: boolean) => RaspValue): UnaryFunction => ({
  name,
  from: "boolean",
  to,
  f: (x) => f(Boolean(x)),
});

const ofSymbol = (name: string, to: ValueKind, f: (x: string) => RaspValue): UnaryFunction => ({
  name,
  from: "symbol",
  to,
  f: (x) => f(String(x)),
});

const GENERAL: readonly UnaryFunction[] = [
  ofNumber("plus_1", "number", (x) => x + 1),
  ofNumber("doubled", "number", (x) => 2 * x),
  ofNumber("negated", "number", (x) => -x),
  ofNumber("squared", "number", (x) => x * x),
  ofNumber("mod_3", "number", (x) => ((x % 3) + 3) % 3),
  ofNumber("at_most_2", "number", (x) => Math.min(x, 2)),
  ofNumber("only_even", "number", (x) => (x % 2 === 0 ? x : null)),
  ofNumber("is_even", "boolean", (x) => x % 2 === 0),
  ofNumber("is_above_1", "boolean", (x) => x > 1),
  ofNumber("size", "symbol", (x) => (x > 1 ? "large" : "small")),
  ofNumber("sign", "symbol", (x) => (x > 0 ? "plus" : x < 0 ? "minus" : "zero")),
  ofBoolean("not", "boolean", (x) => !x),
  ofBoolean("bit", "number", (x) => (x ? 1 : 0)),
  ofBoolean("answer", "symbol", (x) => (x ? "yes" : "no")),
  ofSymbol("letters", "number", (x) => x.length),
  ofSymbol("capital", "symbol", (x) => x.toUpperCase()),
];

/** Functions that single out one of the symbols an operand can be. */
function ofThisSymbol(symbol: string): readonly UnaryFunction[] {
  return [
    ofSymbol(`is_${symbol}`, "boolean", (x) => x === symbol),
    ofSymbol(`unless_${symbol}`, "symbol", (x) => (x === symbol ? null : x)),
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
): BinaryFunction => ({
  name,
  from: ["number", "number"],
  to,
  f: (x, y) => f(Number(x), Number(y)),
});

const ofBooleans = (name: string, f: (x: boolean, y: boolean) => boolean): BinaryFunction => ({
  name,
  from: ["boolean", "boolean"],
  to: "boolean",
  f: (x, y) => f(Boolean(x), Boolean(y)),
});

const BINARY: readonly BinaryFunction[] = [
  ofNumbers("sum", "number", (x, y) => x + y),
  ofNumbers("difference", "number", (x, y) => x - y),
  ofNumbers("product", "number", (x, y) => x * y),
  ofNumbers("larger", "number", (x, y) => Math.max(x, y)),
  ofNumbers("is_same", "boolean", (x, y) => x === y),
  ofNumbers("is_less", "boolean", (x, y) => x < y),
  ofNumbers("trend", "symbol", (x, y) => (x < y ? "up" : x > y ? "down" : "level")),
  ofBooleans("both", (x, y) => x && y),
  ofBooleans("either", (x, y) => x || y),
  ofBooleans("differ", (x, y) => x !== y),
  { name: "same", from: ["symbol", "symbol"], to: "boolean", f: (x, y) => x === y },
  { name: "joined", from: ["symbol", "symbol"], to: "symbol", f: (x, y) => `${x}${y}` },
  { name: "if_true", from: ["number", "boolean"], to: "number", f: (x, y) => (y ? x : 0) },
  { name: "or_dash", from: ["symbol", "boolean"], to: "symbol", f: (x, y) => (y ? x : "-") },
  {
    name: "repeated",
    from: ["symbol", "number"],
    to: "symbol",
    f: (x, y) => String(x).repeat(1 + (Math.abs(Number(y)) % 2)),
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
