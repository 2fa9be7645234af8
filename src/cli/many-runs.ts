import { asUsage } from "../flags/index.ts";
import {
  type DoneJob,
  type JobContext,
  type JobKind,
  type JsonDocument,
  type PlannedRun,
  parseShard,
  partText,
  printedDocument,
  type RunAllOptions,
  runPart,
} from "../jobs/index.ts";
import type { Style } from "../report/index.ts";
import type { CommandOutput, Context } from "./command.ts";
import { commandJobs, withQueue } from "./job-context.ts";
import { type JobSettings, runJobs } from "./jobs.ts";

/** What is made of many runs. */
export interface ManyRuns {
  /** Its kind; names the documents. */
  readonly kind: string;
  readonly runs: readonly PlannedRun[];
  /** The kinds of work there are. Default: those that are built in. */
  readonly kinds?: readonly JobKind[];
  /** Makes all runs, and of them what is wanted. */
  make(
    jobs: JobContext,
    options: RunAllOptions,
  ): Promise<{ readonly job: DoneJob; readonly failures: number }>;
  text(document: JsonDocument, style: Style): string;
}

/** Makes something of many runs: those that the store does not have, side by side, or one part of them alone. */
export async function makeOfRuns(
  context: Context,
  choice: JobSettings & { readonly shard?: string | undefined },
  { kind, runs, kinds, make, text }: ManyRuns,
): Promise<CommandOutput> {
  const own = kinds === undefined ? {} : { kinds };
  if (choice.dryRun) return runJobs(context, choice, { kind, jobs: runs, text: () => "", ...own });
  const jobs = commandJobs(context, choice.outputDir);
  const { threads, queue, shard, force } = choice;
  const options = { threads, force, workers: context.workers, ...own };
  if (shard !== undefined) {
    const part = asUsage(() => parseShard(shard));
    const done = await withQueue(queue, jobs, (there) =>
      runPart(kind, runs, part, jobs, { ...options, queue: there }),
    );
    return {
      kind: `${kind}-part`,
      document: { shard, ...done },
      text: () => partText(shard, done),
      exitCode: done.failures > 0 ? 1 : 0,
    };
  }
  const { job, failures } = await withQueue(queue, jobs, (there) =>
    make(jobs, { ...options, queue: there }),
  );
  const document = printedDocument(job, context.io.cwd);
  return {
    kind,
    document,
    text: (style) => text(document, style),
    exitCode: failures > 0 ? 1 : 0,
  };
}
