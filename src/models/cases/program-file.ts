import { resolve } from "node:path";
import {
  type Case,
  exportedCase,
  isGeneratedName,
  type ProgramOptions,
  programFailure,
  raspLibrary,
  type SaidInstead,
} from "../../cases/index.ts";
import { sha256 } from "../../store/index.ts";
import { type Exports, importModule, type ModuleFile, readModule } from "../module-file.ts";
import { assertUnchanged } from "./case-folder.ts";

/** What loading a program file needs besides its name. */
export interface ProgramPlace {
  /** Relative names start here. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly instead?: SaidInstead;
}

/** A program as a case. */
export interface LoadedProgram {
  readonly case_: Case;
  /** SHA-256 of the text of its file. */
  readonly sourceSha256: string;
}

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
 * `E_FILE` for files that are no modules, cannot be read, or were changed in a folder of generated cases, `E_PROGRAM`
 * for modules that throw or export no program, with unknown keys or names of the RASP library, and for a vocabulary or
 * length given nowhere, `E_CASE` for ones that are impossible and for functions that do not work, and those
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
  const case_ = exportedCase(
    await exportsOf(module, source.toString("utf8"), signal),
    file,
    options,
    instead,
  );
  return { case_, sourceSha256: sha256(source) };
}

async function exportsOf(module: ModuleFile, text: string, signal: AbortSignal): Promise<Exports> {
  try {
    return await importModule(module, text, signal);
  } catch (cause) {
    if (signal.aborted && cause === signal.reason) throw cause;
    throw programFailure(module.file, cause);
  }
}
