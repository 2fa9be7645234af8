import { formatError, InterpBenchError } from "../errors/index.ts";
import { asUsage, toUsage } from "../flags/index.ts";
import {
  type ChainedJob,
  type Failure,
  failuresDocument,
  failuresText,
  graphOfChains,
  type JobKind,
  type JobOutcome,
  type JsonDocument,
  lookAhead,
  type PlannedJob,
  partOfChains,
  plannedText,
  printedDocument,
  runGraph,
} from "../jobs/index.ts";
import { type BatchFormat, batchOutput, type Outcome } from "./batch.ts";
import type { CommandOutput, Context } from "./command.ts";
import { commandJobs, withQueue } from "./job-context.ts";

/** A job of a list. */
export interface ListedJob extends ChainedJob {
  /** Members of its document as it is printed: how this command line calls things. */
  readonly shown?: JsonDocument;
}

/** Jobs of one kind, one per case. */
export interface JobList extends BatchFormat {
  readonly jobs: readonly ListedJob[];
  /** The kinds of work there are. Default: those that are built in. */
  readonly kinds?: readonly JobKind[];
}

/** Values of `jobOptions` that running jobs needs. */
export interface JobSettings {
  readonly outputDir: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Threads of all jobs together. Default 1. */
  readonly threads?: number;
  /** The part of the jobs to do: `2/10`. Default: all. */
  readonly shard?: string | undefined;
  /** Where workers take the jobs from: a `redis:` address. Default: they are done here. */
  readonly queue?: string | undefined;
}

/**
 * Runs the jobs, side by side on threads if there are any, and keeps their results in the output
 * folder; finished ones are found and reused unless `force` is set.
 *
 * One job gives its document, several a batch of results and failures; a failing job does not stop
 * the others, and makes the exit code 1. So does a result that is a failure by its kind, which is
 * among both. Interruptions stop everything. With `dryRun`, the plan is the document, with the
 * failures that are known before anything is done, and nothing is done.
 */
export async function runJobs(
  context: Context,
  settings: JobSettings,
  list: JobList,
): Promise<CommandOutput> {
  const { shard } = settings;
  const jobs = shard === undefined ? list.jobs : asUsage(() => partOfChains(list.jobs, shard));
  if (settings.dryRun) return dryRun(context, settings, { ...list, jobs });
  const { force, threads = 1 } = settings;
  const { kinds } = list;
  const isOne = list.jobs.length === 1;
  const around = commandJobs(context, settings.outputDir);
  const outcomes = await withQueue(settings.queue, around, (queue) =>
    runGraph(graphOfChains(jobs), around, {
      force,
      threads,
      queue,
      workers: context.workers,
      ...(kinds === undefined ? {} : { kinds, workerKinds: kinds }),
      onEnd(name, outcome) {
        const fault = context.worded(faultOf(outcome));
        // An error of the only job is that of the program.
        const job = jobs[Number(name)];
        if (fault === undefined || !job || (isOne && outcome.kind === "failed")) return;
        context.progress.warn(`${context.name} ${job.case}: ${formatError(fault)}`);
      },
    }),
  );
  const listed = jobs.map((job, i) => listedOutcome(job, outcomes[String(i)]!, context));
  if (!isOne || jobs.length === 0) return batchOutput(list, jobs.length, listed);
  const [only] = listed as [Outcome];
  if (only.kind === "failed") throw asUsageIfOption(only.error);
  return {
    kind: list.kind,
    document: only.document,
    text: (style) => list.text(only.document, style),
    exitCode: only.failure === undefined ? 0 : 1,
  };
}

const faultOf = (outcome: JobOutcome) =>
  outcome.kind === "done" ? outcome.failure : causeOf(outcome.error);

/** What went wrong: of work that has to be done first, the reason why that failed. */
const causeOf = (error: unknown): unknown =>
  error instanceof InterpBenchError && error.code === "E_PARENT" ? error.cause : error;

function listedOutcome(job: ListedJob, outcome: JobOutcome, { io, worded }: Context): Outcome {
  if (outcome.kind === "failed") {
    return { kind: "failed", case: job.case, error: worded(causeOf(outcome.error)) };
  }
  const document = printedDocument(outcome.job, io.cwd, job.shown);
  return { kind: "done", case: job.case, document, failure: worded(outcome.failure) };
}

/** Options that do not fit a model are usage errors, like those that flags themselves refuse. */
function asUsageIfOption(error: unknown): unknown {
  return error instanceof InterpBenchError && error.code === "E_OPTION" ? toUsage(error) : error;
}

async function dryRun(
  context: Context,
  { outputDir, force }: JobSettings,
  { jobs, kinds }: JobList,
): Promise<CommandOutput> {
  const around = commandJobs(context, outputDir);
  const options = { force, ...(kinds === undefined ? {} : { kinds }) };
  const planned: PlannedJob[] = [];
  const failures: Failure[] = [];
  for (const job of jobs) {
    context.signal.throwIfAborted();
    try {
      for await (const one of lookAhead(job, around, options)) planned.push(one);
    } catch (error) {
      if (jobs.length === 1 || error === context.signal.reason) throw error;
      failures.push({ case: job.case, error: context.worded(error) });
    }
  }
  return {
    kind: "plan",
    document: { jobs: planned, failures: failuresDocument(failures) },
    text: (style) => plannedText(planned, style) + failuresText(failures, jobs.length, style),
    exitCode: failures.length > 0 ? 1 : 0,
  };
}
