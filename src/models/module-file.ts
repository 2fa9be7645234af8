import { statSync } from "node:fs";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { readWithin } from "../store/index.ts";

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** A JavaScript or TypeScript module of a user, and what it may import of ours. */
export interface ModuleFile {
  /** As the user calls it. */
  readonly file: string;
  /** The same, absolute. */
  readonly path: string;
  /** What it is to the user: `program file`. */
  readonly kind: string;
  /** What imports by these names lead to, even where the package is not installed. */
  readonly library: Readonly<Record<string, unknown>>;
}

const EXTENSIONS = [".js", ".mjs", ".ts", ".mts"];

/** The text of a module. `E_FILE` for files that are no modules or cannot be read. */
export function readModule({ file, path, kind }: ModuleFile): Buffer {
  const extension = extname(file).toLowerCase();
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder || !EXTENSIONS.includes(extension)) {
    const other = extension === "" ? "a file without extension" : extension;
    throw new InterpBenchError("E_FILE", "this is no JavaScript or TypeScript module", {
      at: file,
      expected: EXTENSIONS.join(", "),
      received: isFolder ? "a folder" : other,
    });
  }
  try {
    return readWithin(path);
  } catch (cause) {
    throw new InterpBenchError("E_FILE", `the ${kind} cannot be read`, {
      at: file,
      received: reasonOf(cause),
      cause,
    });
  }
}

/**
 * Runs the text of a module, as it was read, and gives what it exports: it can do whatever a program can. Waits for it
 * no longer than until `signal` is aborted, whose reason is then thrown; what the module throws is thrown as it is.
 */
export async function importModule(
  { path, library }: ModuleFile,
  text: string,
  signal: AbortSignal,
): Promise<Exports> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(pathToFileURL(path).href, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: library,
  });
  const waiting = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const options = { signal: waiting.signal };
    signal.addEventListener("abort", () => reject(signal.reason), options);
  });
  try {
    signal.throwIfAborted();
    // Transpiled, since Node would give what it found at this path before.
    const options = { filename: path, ext: extname(path), async: true, forceTranspile: true };
    return await Promise.race([jiti.evalModule(text, options) as Promise<Exports>, aborted]);
  } finally {
    waiting.abort();
  }
}
