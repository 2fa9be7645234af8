import { type JobContext, jobContext } from "../jobs/index.ts";
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
