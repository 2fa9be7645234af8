import { resolve } from "node:path";
import { formatError } from "../errors/index.ts";
import { type DoneJob, type JobContext, type JsonDocument, pathBelow } from "../jobs/index.ts";
import { type TrainedSource, weightsOfCode } from "../models/index.ts";
import { openStore } from "../store/index.ts";
import type { Context } from "./command.ts";
import { outputWords } from "./options/common.ts";
import { weightsWords } from "./options/training.ts";
import { typedCommand } from "./typed.ts";

/**
 * What surrounds the jobs of a command: results go to the output folder, which is relative to the
 * working directory; what the store passes over is a warning. `wordOf` tells how a case is called
 * here, its id by default.
 */
export function jobContext(
  { io, progress, signal }: Pick<Context, "io" | "progress" | "signal">,
  outputDir: string,
  wordOf: (caseId: string) => string = (id) => id,
): JobContext {
  return {
    store: openStore(resolve(io.cwd, outputDir), {
      now: io.now,
      onProblem: (problem) => progress.warn(formatError(problem)),
    }),
    progress,
    signal,
    now: io.now,
    folder: io.cwd,
    adviseTraining(source, { id, kind }) {
      const words = ["train", "iit", "-i", wordOf(id), ...trainingWords(source)];
      const command = typedCommand(io, [...words, ...outputWords({ outputDir })]);
      const other = kind === "rasp" ? ", or take the compiled one with --tracr" : "";
      return `Train it with "${command}"${other}.`;
    },
  };
}

/** What `train iit` needs to make the model. */
function trainingWords(source: TrainedSource): string[] {
  const recipe = ["--recipe", "fast"];
  if (source.kind === "natural") return ["-iit", "0", "-s", "0", ...recipe];
  if (source.weights === undefined) return recipe;
  return [...weightsWords(weightsOfCode(source.weights)), ...recipe];
}

/**
 * What is printed of a job that is done: the stored document, how long it took, where it is, and how
 * this command line calls things.
 */
export function printedDocument(
  { artifact }: DoneJob,
  { folder }: JobContext,
  shown: JsonDocument = {},
): JsonDocument {
  const { seconds } = artifact.provenance;
  return { ...artifact.result, seconds, folder: pathBelow(artifact.folder, folder), ...shown };
}
