import { pathBelow } from "./context.ts";
import type { JsonDocument } from "./document.ts";
import type { DoneJob } from "./run-job.ts";

/**
 * What is printed of a job that is done: the stored document, how long it took, where it is (`folder`
 * is where relative paths start), and how those who print it call things.
 */
export function printedDocument(
  { artifact }: DoneJob,
  folder: string,
  shown: JsonDocument = {},
): JsonDocument {
  const { seconds } = artifact.provenance;
  return { ...artifact.result, seconds, folder: pathBelow(artifact.folder, folder), ...shown };
}
