import { reasonOf } from "../../../src/errors/index.ts";
import * as rasp from "../../../src/rasp/index.ts";
import { parseProgram } from "./parse.ts";
import { ProgramError, type Syntax } from "./syntax.ts";

/** The names that a program can use besides its own. */
type Scope = ReadonlyMap<string, unknown>;

const FUNCTIONS_OF_MATH = ["abs", "ceil", "floor", "max", "min", "round", "sign", "sqrt"] as const;

/** What a program finds outside of itself: of the functions of numbers those that make no difference to anything. */
const OUTSIDE: Scope = new Map<string, unknown>([
  ["Math", Object.fromEntries(FUNCTIONS_OF_MATH.map((name) => [name, Math[name]]))],
  ["String", String],
  ["Number", Number],
  ["Boolean", Boolean],
]);

/** Calls of functions within one program: it ends, whatever is in it. */
const MOST_CALLS = 5_000_000;

/**
 * What a program file exports, on the RASP library: its text is read and done step by step, and never handed to the
 * browser as code, which pages do not allow.
 *
 * Throws a {@link ProgramError} with the place of what is wrong.
 */
export function runProgram(text: string): unknown {
  const evaluate = evaluator(text);
  const exported = evaluate(parseProgram(text), OUTSIDE);
  if (typeof exported !== "function") return exported;
  return (exported as (library: object) => unknown)(rasp);
}

function evaluator(text: string) {
  let calls = 0;

  const evaluate = (syntax: Syntax, scope: Scope): unknown => {
    switch (syntax.kind) {
      case "value":
        return syntax.value;
      case "name": {
        if (scope.has(syntax.name)) return scope.get(syntax.name);
        throw new ProgramError(`there is no "${syntax.name}"`, syntax.start);
      }
      case "array":
        return syntax.items.map((item) => evaluate(item, scope));
      case "object":
        return Object.fromEntries(
          syntax.entries.map(([key, value]) => [key, evaluate(value, scope)]),
        );
      case "member":
        return memberOf(evaluate(syntax.object, scope), syntax.key, syntax.start);
      case "unary": {
        const operand = evaluate(syntax.operand, scope);
        return syntax.operator === "!" ? !operand : -Number(operand);
      }
      case "binary":
        return binary(syntax, scope);
      case "choice":
        return evaluate(evaluate(syntax.condition, scope) ? syntax.then : syntax.otherwise, scope);
      case "block": {
        const inner = new Map(scope);
        for (const [name, value] of syntax.definitions) inner.set(name, evaluate(value, inner));
        return evaluate(syntax.result, inner);
      }
      case "function":
        return functionOf(syntax, scope);
      case "call":
        return call(syntax, scope);
    }
  };

  const functionOf = (syntax: Extract<Syntax, { kind: "function" }>, scope: Scope) => {
    const run = (...values: readonly unknown[]) => {
      if (++calls > MOST_CALLS) throw new ProgramError("the program does not end", syntax.start);
      const inner = new Map(scope);
      syntax.parameters.forEach((parameter, i) => {
        if (typeof parameter === "string") inner.set(parameter, values[i]);
        else {
          for (const name of parameter) inner.set(name, memberOf(values[i], name, syntax.start));
        }
      });
      return evaluate(syntax.body, inner);
    };
    // Builders ask functions how many values they take.
    Object.defineProperty(run, "length", { value: syntax.parameters.length });
    return rasp.withText(run, text.slice(syntax.start, syntax.end));
  };

  const call = (syntax: Extract<Syntax, { kind: "call" }>, scope: Scope): unknown => {
    const callee = evaluate(syntax.callee, scope);
    if (typeof callee !== "function") {
      throw new ProgramError("this is no function", syntax.callee.start);
    }
    const values = syntax.values.map((value) => evaluate(value, scope));
    try {
      return (callee as (...values: readonly unknown[]) => unknown)(...values);
    } catch (error) {
      if (error instanceof ProgramError) throw error;
      const message = reasonOf(error);
      throw new ProgramError(message, syntax.start, { cause: error });
    }
  };

  const binary = (syntax: Extract<Syntax, { kind: "binary" }>, scope: Scope): unknown => {
    const left = evaluate(syntax.left, scope);
    const right = () => evaluate(syntax.right, scope);
    if (syntax.operator === "&&") return left && right();
    if (syntax.operator === "||") return left || right();
    if (syntax.operator === "??") return left ?? right();
    return OPERATIONS[syntax.operator]!(left as number, right() as number);
  };

  return evaluate;
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => unknown>> = {
  "===": (a, b) => a === b,
  "!==": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b,
};

/** A member of its own of a value: nothing that it inherits, by which a program could leave itself. */
function memberOf(value: unknown, key: string, offset: number): unknown {
  const isText = typeof value === "string" && key === "length";
  if (isText) return value.length;
  if (typeof value === "object" && value !== null && Object.hasOwn(value, key)) {
    return (value as Readonly<Record<string, unknown>>)[key];
  }
  throw new ProgramError(`there is no "${key}" here`, offset);
}
