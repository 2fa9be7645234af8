import { type Parameter, ProgramError, type Syntax } from "./syntax.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** How tightly operators bind; all of them group to the left. */
const STRENGTH: Readonly<Record<string, number>> = {
  "??": 1,
  "||": 2,
  "&&": 3,
  "===": 4,
  "!==": 4,
  "<": 5,
  ">": 5,
  "<=": 5,
  ">=": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "%": 7,
  "**": 8,
};

const VALUES: Readonly<Record<string, boolean | null | undefined>> = {
  true: true,
  false: false,
  null: null,
  undefined,
};

/**
 * The function that a program file exports, as syntax:
 * `export default ({ makeCount, tokens }) => ({ program: …, vocab: [...], maxSeqLen: 6 });`
 *
 * Of JavaScript it knows literals, arrays, objects, calls, members, operators and functions; a function's body is an
 * expression, or definitions by `const` and a `return`. Throws a {@link ProgramError} for everything else.
 */
export function parseProgram(text: string): Syntax {
  const parser = parserOf(tokensOf(text));
  parser.expect("export");
  parser.expect("default");
  const exported = parser.expression();
  parser.take(";");
  parser.expect("the end");
  return exported;
}

function parserOf(tokens: readonly Token[]) {
  let at = 0;
  const next = () => tokens[at]!;
  const isNext = (text: string, offset = 0) => {
    const token = tokens[at + offset];
    return token !== undefined && token.kind !== "string" && token.text === text;
  };
  const take = (text: string) => {
    if (!isNext(text)) return false;
    at++;
    return true;
  };
  const expect = (text: string): Token => {
    if (isNext(text)) return tokens[at++]!;
    throw new ProgramError(`expected ${text}, and not ${next().text}`, next().start);
  };
  const word = (): string => {
    if (next().kind === "word") return tokens[at++]!.text;
    throw new ProgramError(`expected a name, and not ${next().text}`, next().start);
  };
  const end = () => tokens[at - 1]!.end;
  const list = <T>(close: string, item: () => T): T[] => {
    const items: T[] = [];
    while (!take(close)) {
      items.push(item());
      if (!isNext(close)) expect(",");
    }
    return items;
  };

  /** Whether what comes is a function: `x =>`, or parentheses with `=>` behind. */
  const isFunction = () => {
    if (next().kind === "word") return isNext("=>", 1);
    if (!isNext("(")) return false;
    let depth = 0;
    for (let i = at; i < tokens.length; i++) {
      const { kind, text } = tokens[i]!;
      if (kind !== "sign") continue;
      if (text === "(") depth++;
      if (text === ")" && --depth === 0) return tokens[i + 1]?.text === "=>";
    }
    return false;
  };

  const parameter = (): Parameter => (take("{") ? list("}", word) : word());

  const functionOf = (): Syntax => {
    const { start } = next();
    const parameters = take("(") ? list(")", parameter) : [word()];
    expect("=>");
    const body = isNext("{") ? block() : expression();
    return { kind: "function", parameters, body, start, end: end() };
  };

  const block = (): Syntax => {
    const { start } = expect("{");
    const definitions: (readonly [string, Syntax])[] = [];
    while (take("const")) {
      const name = word();
      expect("=");
      definitions.push([name, expression()]);
      take(";");
    }
    expect("return");
    const result = expression();
    take(";");
    expect("}");
    return { kind: "block", definitions, result, start, end: end() };
  };

  const entry = (): readonly [string, Syntax] => {
    const { start, kind, text } = next();
    if (kind === "string") at++;
    const key = kind === "string" ? text : word();
    if (take(":")) return [key, expression()];
    return [key, { kind: "name", name: key, start, end: end() }];
  };

  const primary = (): Syntax => {
    const token = next();
    const { start } = token;
    if (token.kind === "number" || token.kind === "string") {
      at++;
      const value = token.kind === "number" ? Number(token.text) : token.text;
      return { kind: "value", value, start, end: end() };
    }
    if (token.kind === "word") {
      at++;
      if (Object.hasOwn(VALUES, token.text)) {
        return { kind: "value", value: VALUES[token.text], start, end: end() };
      }
      return { kind: "name", name: token.text, start, end: end() };
    }
    if (take("(")) {
      const inner = expression();
      expect(")");
      return inner;
    }
    if (take("[")) return { kind: "array", items: list("]", expression), start, end: end() };
    if (take("{")) return { kind: "object", entries: list("}", entry), start, end: end() };
    throw new ProgramError(`expected a value, and not ${token.text}`, start);
  };

  const postfix = (): Syntax => {
    let value = primary();
    const { start } = value;
    for (;;) {
      if (take(".")) value = { kind: "member", object: value, key: word(), start, end: end() };
      else if (take("(")) {
        const values = list(")", expression);
        value = { kind: "call", callee: value, values, start, end: end() };
      } else return value;
    }
  };

  const unary = (): Syntax => {
    const { start, text, kind } = next();
    if (kind !== "sign" || (text !== "-" && text !== "!")) return postfix();
    at++;
    return { kind: "unary", operator: text, operand: unary(), start, end: end() };
  };

  const binary = (weakest: number): Syntax => {
    let left = unary();
    for (;;) {
      const { text: operator, kind } = next();
      const strength = kind === "sign" ? STRENGTH[operator] : undefined;
      if (strength === undefined || strength < weakest) return left;
      at++;
      const right = binary(strength + 1);
      left = { kind: "binary", operator, left, right, start: left.start, end: end() };
    }
  };

  function expression(): Syntax {
    if (isFunction()) return functionOf();
    const condition = binary(0);
    if (!take("?")) return condition;
    const then = expression();
    expect(":");
    const otherwise = expression();
    return { kind: "choice", condition, then, otherwise, start: condition.start, end: end() };
  }

  return { expression, expect, take };
}
