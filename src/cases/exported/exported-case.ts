import { describeValue, InterpBenchError, reasonOf, unknownNameError } from "../../errors/index.ts";
import { isExpression, isSelector, type RaspValue, type SOp } from "../../rasp/index.ts";
import type { Case } from "../case.ts";
import { assertCompiledPlaces } from "../checks/compiled-places.ts";
import { type CaseDefinition, DEFINITION_KEYS, type DefinitionKey } from "../definition.ts";
import { assertTruths } from "../functions/circuit.ts";
import { tryFunctions } from "../functions/try-functions.ts";
import { makeCase } from "../make-case.ts";
import { allCases } from "../registry.ts";
import { raspLibrary } from "./rasp-library.ts";

/** What is said of a program besides its file; it wins over what the file says. */
export interface ProgramOptions {
  readonly vocab?: readonly RaspValue[] | undefined;
  readonly maxSeqLen?: number | undefined;
  readonly causal?: boolean | undefined;
}

/** How else what a program file must say can be said, for the hints of errors. */
export type SaidInstead = Partial<Readonly<Record<"vocab" | "maxSeqLen", string>>>;

/** What a module exports, by name. */
type Exports = Readonly<Record<string, unknown>>;

/** What only cases of a catalogue say; a file's name is its id. */
const NOT_IN_FILES: readonly DefinitionKey[] = [
  "id",
  "trivial",
  "publishedShape",
  "formerId",
  "recipe",
];

/** What a program file can say: these keys of a definition. */
const keysOf = (kind: Case["kind"]): readonly string[] =>
  DEFINITION_KEYS[kind].filter((key) => !NOT_IN_FILES.includes(key));

const EXAMPLE =
  'export default ({ makeCount, tokens }) => ({ program: makeCount(tokens, "a"), vocab: ["a", "b"], maxSeqLen: 6 })';

/**
 * The case that the exports of a program file define: its default export (or its named exports) is an object with
 * `program`, `vocab`, `maxSeqLen` (BOS included) and what else a definition of a case has, or with `variables` instead
 * of a program, or a program alone; functions are called with the RASP library. Its id is the file's name.
 *
 * `E_PROGRAM` for exports that throw or are no program, with unknown keys or names of the RASP library, and for a
 * vocabulary or length given nowhere, `E_CASE` for ones that are impossible and for functions that do not work, and
 * those of the RASP library.
 */
export function exportedCase(
  exported: Exports,
  file: string,
  options: ProgramOptions = {},
  instead: SaidInstead = {},
): Case {
  const facts = factsOf(exported, file);
  const definition = "variables" in facts ? facts : programFacts(facts, file);
  const { vocab = facts.vocab, maxSeqLen = facts.maxSeqLen, causal = facts.causal } = options;
  if (vocab === undefined) {
    throw missing(file, "vocab", "an array of tokens", instead.vocab);
  }
  if (maxSeqLen === undefined && !Array.isArray(facts.inputs)) {
    throw missing(file, "maxSeqLen", "a number of tokens, BOS included", instead.maxSeqLen);
  }
  const { task = `The program of ${nameOf(file)}.` } = facts;
  // What else is wrong with the values, the definition says.
  const given: object = { ...definition, task, vocab, maxSeqLen, causal, id: idOf(file) };
  const case_ = makeCase(given as CaseDefinition);
  if (case_.kind === "functions") {
    assertTruths(case_);
    tryFunctions(case_);
  } else {
    assertCompiledPlaces(case_);
  }
  return case_;
}

/** An error of a program file, with the file as its place if it has none. */
export function programFailure(file: string, cause: unknown): InterpBenchError {
  if (cause instanceof InterpBenchError) {
    return cause.at === undefined ? withPlace(cause, file) : cause;
  }
  return new InterpBenchError("E_PROGRAM", "the program file fails when it is loaded", {
    at: file,
    received: reasonOf(cause).replace(/\s+/g, " "),
    hint: `It may be as short as: ${EXAMPLE}`,
    cause,
  });
}

/** The facts of a RASP program, whose encoding decides whether outputs are classes. */
function programFacts(facts: Exports, file: string): object {
  const program = programOf(facts, file);
  const categorical = program.encoding === "categorical";
  assertEncoding(facts.categorical, categorical, file);
  return { ...facts, categorical, program: () => program };
}

/** The default export if there is one, with the named ones; functions are called. */
function factsOf(exported: Exports, file: string): Exports {
  const { default: main, ...named } = exported;
  const facts = main === undefined ? named : { ...named, ...mainFacts(call(main, file), file) };
  const keys = keysOf("variables" in facts ? "functions" : "rasp");
  const unknown = Object.keys(facts).find((key) => !keys.includes(key));
  const isCase = "program" in facts || "variables" in facts;
  if (!isCase && unknown === undefined) throw noProgram(file, describeValue(facts));
  if (unknown === undefined) return facts;
  const { hint } = unknownNameError("E_PROGRAM", "key", unknown, keys);
  throw new InterpBenchError("E_PROGRAM", `a program file has no key "${unknown}"`, {
    at: file,
    expected: keys.join(", "),
    hint,
  });
}

function mainFacts(main: unknown, file: string): Exports {
  if (isExpression(main)) return { program: main };
  const isObject = typeof main === "object" && main !== null && !Array.isArray(main);
  if (!isObject || main instanceof Promise) throw noProgram(file, describeValue(main));
  return { ...main };
}

function programOf(facts: Exports, file: string): SOp {
  const program = call(facts.program, file);
  if (!isExpression(program)) throw noProgram(file, describeValue(program));
  if (isSelector(program)) throw noProgram(file, "a selector, which has no output");
  return program;
}

function call(value: unknown, file: string): unknown {
  if (typeof value !== "function") return value;
  try {
    return value(raspLibrary);
  } catch (error) {
    throw programFailure(file, error);
  }
}

function withPlace(error: InterpBenchError, at: string): InterpBenchError {
  const { code, message, expected, received, hint, cause } = error;
  return new InterpBenchError(code, message, { at, expected, received, hint, cause });
}

function noProgram(file: string, received: string): InterpBenchError {
  const isPromise = received === "a promise";
  return new InterpBenchError("E_PROGRAM", "the file exports no RASP program", {
    at: file,
    expected: "a default export { program, vocab, maxSeqLen }, or a function that returns it",
    received,
    hint: isPromise
      ? "Make the function an ordinary one; what it must wait for can be awaited at the top of the file."
      : `For example: ${EXAMPLE}`,
  });
}

function missing(file: string, key: string, expected: string, instead: string | undefined) {
  return new InterpBenchError("E_PROGRAM", `the file does not say what "${key}" is`, {
    at: file,
    expected,
    received: "nothing",
    hint: instead === undefined ? "Export it." : `Export it, or give ${instead}.`,
  });
}

/** The encoding of a program decides whether outputs are classes. */
function assertEncoding(said: unknown, categorical: boolean, file: string): void {
  if (said === undefined || said === categorical) return;
  throw new InterpBenchError("E_PROGRAM", "the program is not encoded as the file says", {
    at: `${file}: categorical`,
    expected: `${categorical}, or nothing`,
    received: describeValue(said),
    hint: "Make the program numerical(…) or categorical(…).",
  });
}

/** The file's name as an id: lower case, without extension and spaces, and no id of the catalogue. */
function idOf(file: string): string {
  const name = nameOf(file)
    .replace(/(.)\.[^.]*$/, "$1")
    .toLowerCase();
  const id =
    name
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[.-]+/, "")
      .slice(0, 80) || "program";
  const isTaken =
    id === "all" || /^[\d-]+$/.test(id) || allCases().some((case_) => case_.id === id);
  return isTaken ? `program-${id}` : id;
}

const nameOf = (file: string): string => file.split(/[/\\]/).at(-1)!;
