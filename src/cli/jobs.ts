import type { BackendIdentity } from "../engine/index.node.ts";
import { formatError, type InterpBenchError } from "../errors/index.ts";
import {
  Interrupted,
  inputOf,
  type Job,
  type JobContext,
  type JsonDocument,
  pathBelow,
  runJob,
  shareThreads,
  sideBySide,
} from "../jobs/index.ts";
import { type Column, formatTable, type Style } from "../report/index.ts";
import {
  batchOutput,
  type Failure,
  failuresDocument,
  failuresText,
  type Outcome,
} from "./batch.ts";
import type { CommandOutput, Context } from "./command.ts";
import { jobContext, printedDocument } from "./job-context.ts";

/** A job of a list. */
export interface ListedJob extends Job {
  /** Members of its document as it is printed: how this command line calls things. */
  readonly shown?: JsonDocument;
}

/** Jobs of one kind, one per case. */
export interface JobList {
  /** Names the results folder and the documents: `train-iit` gives `interpbench/train-iit@1`. */
  readonly kind: string;
  readonly jobs: readonly ListedJob[];
  /** What surrounds them. Default: that of the command, with results in the output folder. */
  readonly context?: JobContext;
  /** A document for people. */
  text(document: JsonDocument, style: Style): string;
  /** What a job's document has to confess: work that ended without what it was for. */
  readonly failure?: (document: JsonDocument) => InterpBenchError | undefined;
  /** What several documents are for people: a table with these columns, between case and folder. */
  readonly columns?: readonly Column<JsonDocument>[];
}

/** Values of `jobOptions` that running jobs needs. */
export interface JobSettings {
  readonly outputDir: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Threads of all jobs together, as `shareThreads` takes them. Default 1. */
  readonly threads?: number;
}

interface PlannedJob {
  readonly kind: string;
  readonly case: string;
  readonly action: "do" | "do again" | "reuse";
  readonly folder: string;
  readonly config: object;
  readonly backend: BackendIdentity | undefined;
}

/**
 * Runs the jobs and keeps their results in the store; finished ones are found and reused unless
 * `force` is set. Several jobs share the threads: each has a worker of its own, as many at a time as
 * there are threads; where there are no workers, they run one after the other. Results do not
 * depend on it.
 *
 * One job gives its document, several a batch of results and failures; a failing job does not stop
 * the others, and makes the exit code 1. So does a result that is a failure by the list's `failure`,
 * which is among both. Interruptions stop everything. With `dryRun`, the plan is
 * the document, with the failures that are known before anything is done, and nothing is done.
 */
export async function runJobs(
  context: Context,
  settings: JobSettings,
  list: JobList,
): Promise<CommandOutput> {
  if (settings.dryRun) return dryRun(context, settings, list);
  const { lanes, run } = jobRunner(context, settings, list);
  if (list.jobs.length === 1) {
    const document = await run(list.jobs[0]!);
    const failure = list.failure?.(document);
    return {
      kind: list.kind,
      document,
      text: (style) => list.text(document, style),
      exitCode: failure === undefined ? 0 : 1,
    };
  }
  const outcomes = await sideBySide(list.jobs, lanes, async (job): Promise<Outcome> => {
    context.signal.throwIfAborted();
    try {
      const document = await run(job);
      return { kind: "done", case: job.case, document, failure: list.failure?.(document) };
    } catch (error) {
      if (error instanceof Interrupted || error === context.signal.reason) throw error;
      warnOf(context, job, error);
      return { kind: "failed", case: job.case, error };
    }
  });
  return batchOutput(list, outcomes);
}

function warnOf({ name, progress }: Context, job: ListedJob, error: unknown): void {
  progress.warn(`${name} ${job.case}: ${formatError(error)}`);
}

/**
 * How jobs are run: on workers, each of which does what the command does with this case alone, or
 * here. Results that are failures are told where they are made.
 */
function jobRunner(
  context: Context,
  settings: JobSettings,
  { kind, jobs, failure, context: around = jobContext(context, settings.outputDir) }: JobList,
): { readonly lanes: number; run(job: ListedJob): Promise<JsonDocument> } {
  const { lanes, threads } = shareThreads(settings.threads ?? 1, jobs.length);
  const { runInWorker } = context;
  if (lanes > 1 && runInWorker !== undefined) {
    return { lanes, run: (job) => runInWorker({ indices: [job.case], threads }) };
  }
  return {
    lanes: 1,
    run: async (job) => {
      const { force } = settings;
      const done = await runJob(around, { kind, title: context.name, force }, job);
      const document = printedDocument(done, around, job.shown);
      const fault = failure?.(document);
      if (fault !== undefined) warnOf(context, job, fault);
      return document;
    },
  };
}

async function dryRun(
  context: Context,
  { outputDir, force }: JobSettings,
  { kind, jobs, context: { store } = jobContext(context, outputDir) }: JobList,
): Promise<CommandOutput> {
  const planned: PlannedJob[] = [];
  const failures: Failure[] = [];
  for (const job of jobs) {
    context.signal.throwIfAborted();
    try {
      const input = await inputOf(kind, job.case, await job.plan());
      const isFinished = store.find(input) !== undefined;
      const action = isFinished ? (force ? "do again" : "reuse") : "do";
      planned.push({
        kind,
        case: job.case,
        action,
        folder: pathBelow(store.folderOf(input), context.io.cwd),
        config: input.config,
        backend: input.backend,
      });
    } catch (error) {
      if (jobs.length === 1 || error === context.signal.reason) throw error;
      failures.push({ case: job.case, error });
    }
  }
  return {
    kind: "plan",
    document: { jobs: planned, failures: failuresDocument(failures) },
    text: (style) => planText(planned, style) + failuresText(failures, jobs.length, style),
    exitCode: failures.length > 0 ? 1 : 0,
  };
}

function planText(planned: readonly PlannedJob[], style: Style): string {
  if (planned.length === 0) return "";
  return formatTable(
    [
      { heading: "case", value: (job) => job.case },
      { heading: "action", value: (job) => job.action },
      { heading: "folder", value: (job) => job.folder },
    ],
    planned,
    style,
  );
}
