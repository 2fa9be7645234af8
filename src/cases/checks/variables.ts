import { describeValue, unknownNameError } from "../../errors/index.ts";
import type { CaseVariables } from "../case.ts";
import { TOKENS } from "../functions/evaluate.ts";
import { badCase, isPlainObject, requireOf } from "./fault.ts";

/** Names that cannot be taken for those of hook points, nor for a node with a head. */
const NAME = /^(?!hook_)[A-Za-z_]\w{0,79}$/;

/**
 * Throws `E_CASE` for variables that are none, that read what is not there, or that read each other in a
 * circle. No function is called.
 *
 * @param name as in `case "mine"`
 */
export function assertVariables(
  variables: unknown,
  name: string,
): asserts variables is CaseVariables {
  const require = requireOf(name);
  const isFilled = isPlainObject(variables) && Object.keys(variables).length > 0;
  require(isFilled, "variables", "an object with at least one variable", variables);
  const known = Object.entries(variables as Readonly<Record<string, unknown>>);
  const readable = [TOKENS, ...known.map(([label]) => label)];
  for (const [label, variable] of known) {
    const at = `variables.${label}`;
    require(NAME.test(label) &&
      label !==
        TOKENS, "variables", `names of letters, digits and _, not ${TOKENS} and not beginning with hook_`, label);
    require(isPlainObject(variable), at, "an object with reads and compute", variable);
    const { reads, compute, ...others } = variable as Readonly<Record<string, unknown>>;
    const [other] = Object.keys(others);
    if (other !== undefined) throw badCase(name, at, "reads and compute", `a key "${other}"`);
    require(typeof compute === "function", `${at}.compute`, "a function", compute);
    const isList = Array.isArray(reads) && reads.length > 0;
    require(isList, `${at}.reads`, `a list of variables, or ["${TOKENS}"]`, reads);
    for (const read of reads as unknown[]) assertName(read, readable, name, `${at}.reads`);
  }
  assertNoCircle(variables as CaseVariables, name);
}

/** Throws unless a name is one of those there are. */
export function assertName(
  given: unknown,
  known: readonly string[],
  name: string,
  at: string,
): asserts given is string {
  if (typeof given === "string" && known.includes(given)) return;
  const hint =
    typeof given === "string"
      ? unknownNameError("E_CASE", "variable", given, known).hint
      : undefined;
  throw badCase(name, at, `one of ${known.join(", ")}`, describeValue(given), hint);
}

function assertNoCircle(variables: CaseVariables, name: string): void {
  const done = new Set<string>([TOKENS]);
  const visit = (label: string, path: readonly string[]): void => {
    if (done.has(label)) return;
    if (path.includes(label)) {
      const circle = [...path.slice(path.indexOf(label)), label].join(" reads ");
      throw badCase(name, "variables", "variables that do not depend on themselves", circle);
    }
    for (const read of variables[label]!.reads) visit(read, [...path, label]);
    done.add(label);
  };
  for (const label of Object.keys(variables)) visit(label, []);
}

/** Every variable is the output, or read on the way to it: others could have no place in a circuit. */
export function assertRead(variables: CaseVariables, output: string, name: string): void {
  const read = new Set([output]);
  for (const [label, { reads }] of Object.entries(variables).reverse()) {
    if (read.has(label)) for (const one of reads) read.add(one);
  }
  const unread = Object.keys(variables).find((label) => !read.has(label));
  if (unread === undefined) return;
  const expected = `a variable that "${output}" depends on`;
  throw badCase(name, `variables.${unread}`, expected, "one that makes no difference to it");
}
