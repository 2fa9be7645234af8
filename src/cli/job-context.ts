import {
  type DoneJob,
  type JobContext,
  type JsonDocument,
  jobContext,
  pathBelow,
} from "../jobs/index.ts";
import { type ModelSource, weightsOfCode } from "../models/index.ts";
import type { SelectedCase } from "./cases/selection.ts";
import type { Context } from "./command.ts";
import { outputWords } from "./options/common.ts";
import { weightsWords } from "./options/training.ts";
import { typedCommand } from "./typed.ts";

/** What surrounds the jobs of a command: results go to the output folder. */
export function commandJobs(
  { io, progress, signal, openCase }: Context,
  outputDir: string,
): JobContext {
  return jobContext(outputDir, { progress, signal, now: io.now, folder: io.cwd, openCase });
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

/** What to do where a model has not been trained yet: the command that trains it. */
export function trainingAdvice(
  { io }: Pick<Context, "io">,
  source: ModelSource,
  { case_, word }: SelectedCase,
  outputDir: string,
): string {
  const words = ["train", "iit", "-i", word, ...trainingWords(source)];
  const command = typedCommand(io, [...words, ...outputWords({ outputDir })]);
  const other = case_.kind === "rasp" ? ", or take the compiled one with --tracr" : "";
  return `Train it with "${command}"${other}.`;
}

/** What `train iit` needs to make the model. */
function trainingWords(source: ModelSource): string[] {
  const recipe = ["--recipe", "fast"];
  if (source.kind === "natural") return ["-iit", "0", "-s", "0", ...recipe];
  if (source.kind !== "siit" || source.weights === undefined) return recipe;
  return [...weightsWords(weightsOfCode(source.weights)), ...recipe];
}
