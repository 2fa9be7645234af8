import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { JobContext } from "./context.ts";
import { type WorkerPool, workerPool } from "./workers/pool.ts";

/** Where the file of worker threads lies, seen from this file and from a file of what is built. */
const PLACES = ["./worker.js", "./jobs/worker.js"];

/**
 * Threads for jobs of the built-in kinds, to be given to `runGraph` and closed when all is done;
 * `undefined` where the package runs from its sources, of which no thread can be made.
 */
export function jobThreads(
  context: Pick<JobContext, "progress" | "signal">,
): WorkerPool | undefined {
  const file = PLACES.map((place) => new URL(place, import.meta.url)).find((url) =>
    existsSync(url),
  );
  return file === undefined ? undefined : workerPool(() => new Worker(file), context);
}
