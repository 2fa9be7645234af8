import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { formatError } from "../errors/index.ts";
import { processIo, streamError, workingFolder } from "./process.ts";
import { EXIT, runCli } from "./run.ts";
import { programName } from "./typed.ts";

/** The file of worker threads; Node 20 cannot start one from sources, where there is only `worker.ts`. */
const workerFile = new URL("./worker.js", import.meta.url);
const { env } = process;
const program = programName({ script: process.argv[1], env, cwd: workingFolder() });
const startWorker = existsSync(workerFile) ? newWorker : undefined;

/** A thread whose standard output is none: what a program file prints there goes to standard error. */
function newWorker(plugins: readonly string[]): Worker {
  const worker = new Worker(workerFile, { workerData: { program, plugins }, stdout: true });
  worker.stdout.on("data", (data) => process.stderr.write(data));
  return worker;
}

const interruption = new AbortController();
// SIGHUP: the terminal has been closed.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  });
}

// A reader that closes the pipe early (`| head`) has seen enough: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`error: ${formatError(streamError(error))}\n`);
  process.exit(EXIT.failed);
});
// Work that nobody hears of any more is saved and stopped, as it would be by a signal.
process.stderr.on("error", () => interruption.abort());

const io = processIo(program, interruption.signal, startWorker);
process.exitCode = await runCli(process.argv.slice(2), io);
if (interruption.signal.aborted) process.exit();
