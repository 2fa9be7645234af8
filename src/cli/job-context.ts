import {
  type DoneJob,
  type JobContext,
  type JsonDocument,
  jobContext,
  pathBelow,
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

/**
 * What is printed of a job that is done: the stored document, how long it took, where it is, and how
 * this command line calls things.
 */
export function printedDocument(
  { artifact }: DoneJob,
  folder: string,
  shown: JsonDocument = {},
): JsonDocument {
  const { seconds } = artifact.provenance;
  return { ...artifact.result, seconds, folder: pathBelow(artifact.folder, folder), ...shown };
}
