import { basename, extname, resolve } from "node:path";
import {
  allCases,
  assertTruths,
  type Case,
  type CaseDefinition,
  DEFINITION_KEYS,
  type DefinitionKey,
  isGeneratedName,
  makeCase,
  tryFunctions,
} from "../../cases/index.ts";
import { describeValue, InterpBenchError, reasonOf, unknownNameError } from "../../errors/index.ts";
import { isExpression, isSelector, type RaspValue, type SOp } from "../../rasp/index.ts";
import { sha256 } from "../../store/index.ts";
import { type Exports, importModule, type ModuleFile, readModule } from "../module-file.ts";
import { assertUnchanged } from "./case-folder.ts";
import { raspLibrary } from "./rasp-library.ts";

/** What is said of a program besides its file; it wins over what the file says. */
export interface ProgramOptions {
  readonly vocab?: readonly RaspValue[] | undefined;
  readonly maxSeqLen?: number | undefined;
  readonly causal?: boolean | undefined;
}

/** What loading a program file needs besides its name. */
export interface ProgramPlace {
  /** Relative names start here. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** How else what a file must say can be said, for the hints of errors. */
  readonly instead?: Partial<Readonly<Record<"vocab" | "maxSeqLen", string>>>;
}

/** A program as a case. */
export interface LoadedProgram {
  readonly case_: Case;
  /** SHA-256 of the text of its file. */
  readonly sourceSha256: string;
}

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

/** Whether a text where a case is meant names a file instead: it has a folder or an extension. */
export function isProgramFile(text: string): boolean {
  return /[/\\]|\.[a-z]+$/i.test(text.trim()) && !isGeneratedName(text);
}

/**
 * The case that a JavaScript or TypeScript module defines. Its default export (or its named exports)
 * is an object with `program`, `vocab`, `maxSeqLen` (BOS included) and what else a definition of a
 * case has, or with `variables` instead of a program, or a program alone; functions are called with the
 * RASP library, which modules can also import as `interpbench/rasp`, even where the package is not
 * installed. Its id is the file's name.
 *
 * The module is run: it can do whatever a program can. Waits for it no longer than until `signal` is
 * aborted, whose reason is then thrown.
 *
 * `E_FILE` for files that are no modules, cannot be read, or were changed in a folder of generated cases, `E_PROGRAM` for modules that throw or
 * export no program, with unknown keys or names of the RASP library, and for a vocabulary or length
 * given nowhere, `E_CASE` for ones that are impossible and for functions that do not work, and those
 * of the RASP library.
 */
export async function loadProgram(
  file: string,
  { folder, signal, instead = {} }: ProgramPlace,
  options: ProgramOptions = {},
): Promise<LoadedProgram> {
  const module: ModuleFile = {
    file,
    path: resolve(folder, file),
    kind: "program file",
    library: { "interpbench/rasp": raspLibrary },
  };
  const source = readModule(module);
  assertUnchanged(module.path, source);
  const facts = factsOf(await exportsOf(module, signal), file);
  const definition = "variables" in facts ? facts : programFacts(facts, file);
  const { vocab = facts.vocab, maxSeqLen = facts.maxSeqLen, causal = facts.causal } = options;
  if (vocab === undefined) {
    throw missing(file, "vocab", "an array of tokens", instead.vocab);
  }
  if (maxSeqLen === undefined && !Array.isArray(facts.inputs)) {
    throw missing(file, "maxSeqLen", "a number of tokens, BOS included", instead.maxSeqLen);
  }
  const { task = `The program of ${basename(file)}.` } = facts;
  // What else is wrong with the values, the definition says.
  const given: object = { ...definition, task, vocab, maxSeqLen, causal, id: idOf(file) };
  const case_ = makeCase(given as CaseDefinition);
  if (case_.kind === "functions") {
    assertTruths(case_);
    tryFunctions(case_);
  }
  return { case_, sourceSha256: sha256(source) };
}

/** The facts of a RASP program, whose encoding decides whether outputs are classes. */
function programFacts(facts: Exports, file: string): object {
  const program = programOf(facts, file);
  const categorical = program.encoding === "categorical";
  assertEncoding(facts.categorical, categorical, file);
  return { ...facts, categorical, program: () => program };
}

async function exportsOf(module: ModuleFile, signal: AbortSignal): Promise<Exports> {
  try {
    return await importModule(module, signal);
  } catch (cause) {
    if (signal.aborted && cause === signal.reason) throw cause;
    throw failed(module.file, cause);
  }
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
    throw failed(file, error);
  }
}

function failed(file: string, cause: unknown): InterpBenchError {
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
  const name = basename(file, extname(file)).toLowerCase();
  const id =
    name
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[.-]+/, "")
      .slice(0, 80) || "program";
  const isTaken =
    id === "all" || /^[\d-]+$/.test(id) || allCases().some((case_) => case_.id === id);
  return isTaken ? `program-${id}` : id;
}
