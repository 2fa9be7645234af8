import type { Io, OutputStream } from "./io.ts";

/** This process, or this thread of it, as the world of the program that is called so. */
export function processIo(
  program: string,
  signal: AbortSignal,
  startWorker?: Io["startWorker"],
): Io {
  const stream = (target: NodeJS.WriteStream): OutputStream => {
    // A terminal that does not know its size says 0.
    const size = (length: number) => (target.isTTY === true && length > 0 ? length : undefined);
    return {
      write: (text) => target.write(text),
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
  };
  return {
    stdout: stream(process.stdout),
    stderr: stream(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    program,
    now: Date.now,
    signal,
    startWorker,
  };
}
