import { readFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Case, defineCase } from "../../cases/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import * as rasp from "../../rasp/index.ts";
import { asUsage, toUsage, UsageError } from "../usage.ts";

/** What a program file leaves open. */
export interface ProgramOptions {
  readonly vocab: readonly rasp.RaspValue[] | undefined;
  readonly maxSeqLen: number | undefined;
  readonly causal: boolean | undefined;
}

const EXTENSIONS = [".js", ".mjs", ".ts", ".mts"];

const EXAMPLE =
  'export default ({ makeCount, tokens }) => ({ program: makeCount(tokens, "a"), vocab: ["a", "b"], maxSeqLen: 6 })';

/**
 * The case that a JavaScript or TypeScript module defines. Its default export (or its named exports) is an object
 * with `program`, `vocab`, `maxSeqLen` (BOS included) and `causal`, or a program alone; functions
 * are called with the RASP library, which modules can also import as `interpbench/rasp`, even where
 * the package is not installed. Options win over what the module says.
 *
 * Usage errors: `E_FILE` for files that are no modules or cannot be read, `E_PROGRAM` for modules
 * that throw or export no program, and for a vocabulary or length given nowhere, `E_CASE` for ones
 * that are impossible, and those of the RASP library.
 */
export async function loadProgram(
  file: string,
  cwd: string,
  options: ProgramOptions,
): Promise<Case> {
  const path = resolve(cwd, file);
  assertModule(file, path);
  const exported = await importModule(path, file);
  const facts = factsOf(exported, file);
  const program = call(facts.program, file);
  if (!rasp.isExpression(program)) throw noProgram(file, describe(program));
  if (rasp.isSelector(program)) throw noProgram(file, "a selector, which has no output");
  const vocab = options.vocab ?? facts.vocab;
  const maxSeqLen = options.maxSeqLen ?? facts.maxSeqLen;
  const causal = options.causal ?? facts.causal ?? false;
  if (!Array.isArray(vocab) || !vocab.every(rasp.isRaspValue)) {
    throw missing(file, "vocab", "an array of tokens", vocab, `--vocab '["a","b"]'`);
  }
  if (typeof maxSeqLen !== "number") {
    throw missing(
      file,
      "maxSeqLen",
      "a number of tokens, BOS included",
      maxSeqLen,
      "--max-seq-len",
    );
  }
  return asUsage(() =>
    defineCase({
      id: idOf(file),
      task: typeof facts.task === "string" ? facts.task : `The program of ${basename(file)}.`,
      program: () => program,
      vocab,
      maxSeqLen,
      minSeqLen: Math.min(4, maxSeqLen),
      causal: causal === true,
      categorical: program.encoding === "categorical",
    }),
  );
}

function assertModule(file: string, path: string): void {
  const extension = extname(file).toLowerCase();
  if (!EXTENSIONS.includes(extension)) {
    throw new UsageError("E_FILE", "this is no JavaScript or TypeScript module", {
      at: file,
      expected: EXTENSIONS.join(", "),
      received: extension === "" ? "a file without extension" : extension,
    });
  }
  try {
    readFileSync(path);
  } catch (cause) {
    throw new UsageError("E_FILE", "the program file cannot be read", {
      at: file,
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

async function importModule(path: string, file: string): Promise<Record<string, unknown>> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(pathToFileURL(path).href, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: { "interpbench/rasp": rasp },
  });
  try {
    return await jiti.import(path);
  } catch (cause) {
    throw failed(file, cause);
  }
}

/** The default export if there is one, else the named ones; functions are called. */
function factsOf(exported: Record<string, unknown>, file: string): Record<string, unknown> {
  const main = call(exported.default ?? exported, file);
  if (rasp.isExpression(main)) return { ...exported, program: main };
  if (typeof main === "object" && main !== null && "program" in main) return { ...main };
  throw noProgram(file, describe(main));
}

function call(value: unknown, file: string): unknown {
  if (typeof value !== "function") return value;
  try {
    return value(rasp);
  } catch (error) {
    throw error instanceof InterpBenchError ? toUsage(error) : failed(file, error);
  }
}

function failed(file: string, cause: unknown): UsageError {
  return new UsageError("E_PROGRAM", "the program file fails when it is loaded", {
    at: file,
    received: (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " "),
    hint: `It may be as short as: ${EXAMPLE}`,
    cause,
  });
}

function noProgram(file: string, received: string): UsageError {
  return new UsageError("E_PROGRAM", "the file exports no RASP program", {
    at: file,
    expected: "a default export { program, vocab, maxSeqLen }, or a function that returns it",
    received,
    hint: `For example: ${EXAMPLE}`,
  });
}

function missing(file: string, key: string, expected: string, value: unknown, flag: string) {
  return new UsageError("E_PROGRAM", `the file does not say what "${key}" is`, {
    at: file,
    expected,
    received: describe(value),
    hint: `Export it, or give ${flag}.`,
  });
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.keys(value);
  return keys.length === 0 ? "nothing" : `an object with ${keys.slice(0, 8).join(", ")}`;
}

/** The file's name as an id: lower case, without extension and spaces. */
function idOf(file: string): string {
  const name = basename(file, extname(file)).toLowerCase();
  return name.replace(/[^a-z0-9._-]+/g, "-").replace(/^[.-]+/, "") || "program";
}
