#!/usr/bin/env node
import type { Io, OutputStream } from "./io.ts";
import { EXIT, runCli } from "./run.ts";

/** The process as the program's world: the only place that touches it. */
function processIo(signal: AbortSignal): Io {
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
    now: Date.now,
    signal,
  };
}

// A reader that closes the pipe early (`| head`) has seen enough: that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.done);
    throw error;
  });
}

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  });
}

process.exitCode = await runCli(process.argv.slice(2), processIo(interruption.signal));
if (interruption.signal.aborted) process.exit();
