import { asUsage } from "../flags/index.ts";
import {
  type JobContext,
  type JobQueue,
  jobContext,
  queueAddress,
  withJobQueue,
} from "../jobs/index.ts";
import { hubSettings } from "../models/index.ts";
import type { Context } from "./command.ts";

/** What surrounds the jobs of a command: results go to the output folder. */
export function commandJobs(
  { io, progress, signal, openCase }: Context,
  outputDir: string,
): JobContext {
  const hub = hubSettings(io.env);
  return jobContext(outputDir, { progress, signal, now: io.now, folder: io.cwd, openCase, hub });
}

/** Work with the queue that is asked for. Usage error `E_QUEUE` for what is no address of one. */
export async function withQueue<T>(
  queue: string | undefined,
  jobs: JobContext,
  work: (queue: JobQueue | undefined) => Promise<T>,
): Promise<T> {
  if (queue !== undefined) asUsage(() => queueAddress(queue));
  return withJobQueue(queue, jobs, work);
}
