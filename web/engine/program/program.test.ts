import { describe, expect, it } from "vitest";
import { evaluate, type SOp } from "../../../src/rasp/index.ts";
import { EXAMPLE } from "../../views/write/text.ts";
import { runProgram } from "./run.ts";
import { ProgramError } from "./syntax.ts";

const programOf = (text: string) => (runProgram(text) as { readonly program: SOp }).program;

/** What is said of a text that is no program, and what it is said of. */
function fault(text: string): string {
  try {
    runProgram(text);
    return "fine";
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return `${error.message} at ${JSON.stringify(text.slice(error.offset, error.offset + 8))}`;
  }
}

const value = (expression: string) => runProgram(`export default ${expression};`);

describe("programs of a page", () => {
  it("mean what they mean on the command line", () => {
    expect(evaluate(programOf(EXAMPLE), "abca")).toEqual([1, 1 / 2, 1 / 3, 1 / 2]);
    const short = `export default ({ makeCount, tokens }) => ({ program: makeCount(tokens, "a") })`;
    expect(evaluate(programOf(short), "aba")).toEqual([2, 2, 2]);
    const longer = `export default (rasp) => ({ program: rasp.makeReverse(rasp.tokens) });`;
    expect(evaluate(programOf(longer), "abc")).toEqual(["c", "b", "a"]);
  });

  it.each([
    ["1 + 2 * 3 - 4 / 2", 5],
    ["2 ** 3 % 5", 3],
    ["-(1 - 3) === 2 && !false", true],
    ["null ?? (1 > 2 ? \"a\" : 'b')", "b"],
    ["[1, [true, null], ]", [1, [true, null]]],
    ['{ a: 1, "b c": { d: undefined } }', { a: 1, "b c": { d: undefined } }],
    ["Math.max(1, Math.abs(-3))", 3],
    ['"abc".length /* of a text */', 3],
  ])("know the value of %s", (text, wanted) => {
    expect(value(text)).toEqual(wanted);
  });

  it.each([
    ["const a = 1;", 'expected export, and not const at "const a "'],
    ["export default (", 'expected a value, and not the end at ""'],
    ["export default 1 2", 'expected the end, and not 2 at "2"'],
    ["export default a", 'there is no "a" at "a"'],
    ["export default #", '"#" means nothing here at "#"'],
    ["export default (r) => r.tokenz", 'there is no "tokenz" here at "r.tokenz"'],
    ["export default (r) => r.map(1, r.tokens)", 'at "r.map(1,"'],
    ["export default (r) => 1(2)", 'this is no function at "1(2)"'],
    ["export default (r) => r.constructor", 'there is no "constructor" here'],
    ['export default (r) => "".constructor', 'there is no "constructor" here'],
    ["export default (r) => (() => 1).constructor", 'there is no "constructor" here'],
    ["export default (r) => globalThis", 'there is no "globalThis"'],
    ["export default (r) => [].__proto__", 'there is no "__proto__" here'],
    ["export default (r) => import", 'there is no "import"'],
  ])("say what is wrong with %s", (text, wanted) => {
    expect(fault(text)).toContain(wanted);
  });

  it("end, whatever is in them", () => {
    const endless = "export default (r) => { const f = (g) => g(g); return f(f); }";
    expect(fault(endless)).toMatch(/stack|does not end/);
  });
});
