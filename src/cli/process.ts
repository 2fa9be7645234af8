import { InterpBenchError, reasonOf } from "../errors/index.ts";
import type { Io, OutputStream } from "./io.ts";

/**
 * This process, or this thread of it, as the world of the program that is called so. Where the
 * working directory has been deleted, asking for it throws `E_FOLDER`.
 */
export function processIo(
  program: string,
  signal: AbortSignal,
  startWorker?: Io["startWorker"],
): Io {
  const folder = workingFolder();
  return {
    stdout: streamOf(process.stdout, (error) => {
      throw streamError(error);
    }),
    // Nobody can be told that nothing can be told; the work does not depend on it.
    stderr: streamOf(process.stderr, () => {}),
    env: process.env,
    get cwd() {
      if (folder !== undefined) return folder;
      throw new InterpBenchError("E_FOLDER", "the working directory does not exist any more", {
        hint: "Change to a folder that is there.",
      });
    },
    program,
    now: Date.now,
    signal,
    startWorker,
  };
}

/** The working directory; `undefined` if it has been deleted. */
export function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** The error for standard output that takes no more. */
export function streamError(cause: unknown): InterpBenchError {
  return new InterpBenchError("E_OUTPUT", "cannot write to standard output", {
    received: reasonOf(cause),
    hint: "Is the disk full?",
    cause,
  });
}

/** A stream; `onError` hears of writes that fail at once, as those to files do. */
function streamOf(target: NodeJS.WriteStream, onError: (error: unknown) => void): OutputStream {
  // A terminal that does not know its size says 0.
  const size = (length: number) => (target.isTTY === true && length > 0 ? length : undefined);
  return {
    write(text) {
      try {
        target.write(text);
      } catch (error) {
        onError(error);
      }
    },
    get isTerminal() {
      return target.isTTY === true;
    },
    get columns() {
      return size(target.columns);
    },
    get rows() {
      return size(target.rows);
    },
  };
}
