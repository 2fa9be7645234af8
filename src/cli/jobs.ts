import type { BackendIdentity } from "../engine/index.node.ts";
import { formatError, InterpBenchError } from "../errors/index.ts";
import {
  type JobKind,
  type JobOutcome,
  type JsonDocument,
  type Plan,
  pathBelow,
  preparePlan,
  runGraph,
  withParents,
} from "../jobs/index.ts";
import { formatTable, type Style } from "../report/index.ts";
import {
  type BatchFormat,
  batchOutput,
  type Failure,
  failuresDocument,
  failuresText,
  type Outcome,
} from "./batch.ts";
import type { CommandOutput, Context } from "./command.ts";
import { commandJobs, printedDocument } from "./job-context.ts";
import { toUsage } from "./usage.ts";

/** A job of a list. */
export interface ListedJob {
  /** The id of its case. */
  readonly case: string;
  readonly plan: Plan;
  /** What it is made from, if that is not there yet; the plan's parents are these names. */
  readonly before?: Readonly<Record<string, Plan>>;
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
}

interface PlannedJob {
  readonly kind: string;
  readonly case: string;
  readonly action: "do" | "do again" | "reuse";
  /** Not known as long as something that it is made from is not there; nor is the configuration. */
  readonly folder: string | undefined;
  readonly config: object | undefined;
  readonly backend: BackendIdentity | undefined;
  /** What any program can run (`docs/jobs.md`). */
  readonly plan: Plan;
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
  if (settings.dryRun) return dryRun(context, settings, list);
  const { force, threads = 1 } = settings;
  const { jobs, kinds } = list;
  const isOne = jobs.length === 1;
  const graph = Object.fromEntries(jobs.flatMap(graphOf));
  const outcomes = await runGraph(graph, commandJobs(context, settings.outputDir), {
    force,
    threads,
    workers: context.workers,
    ...(kinds === undefined ? {} : { kinds, workerKinds: kinds }),
    onEnd(name, outcome) {
      const fault = context.worded(faultOf(outcome));
      // An error of the only job is that of the program.
      const job = jobs[Number(name)];
      if (fault === undefined || job === undefined || (isOne && outcome.kind === "failed")) return;
      context.progress.warn(`${context.name} ${job.case}: ${formatError(fault)}`);
    },
  });
  const listed = jobs.map((job, i) => listedOutcome(job, outcomes[String(i)]!, context));
  if (!isOne) return batchOutput(list, jobs.length, listed);
  const [only] = listed as [Outcome];
  if (only.kind === "failed") throw asUsageIfOption(only.error);
  return {
    kind: list.kind,
    document: only.document,
    text: (style) => list.text(only.document, style),
    exitCode: only.failure === undefined ? 0 : 1,
  };
}

/** A job, by its number, and what it is made from. */
function graphOf({ plan, before = {} }: ListedJob, number: number): [string, Plan][] {
  const nameOf = (name: string) => (Object.hasOwn(before, name) ? `${number} ${name}` : name);
  return [
    [String(number), withParents(plan, nameOf)],
    ...Object.entries(before).map(([name, first]): [string, Plan] => [nameOf(name), first]),
  ];
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
  { kind, jobs, kinds }: JobList,
): Promise<CommandOutput> {
  const { hub, ...others } = commandJobs(context, outputDir);
  // Downloading would be doing something.
  const around = { ...others, hub: { ...hub, isOffline: true } };
  const planned: PlannedJob[] = [];
  const failures: Failure[] = [];
  /** Plans a job; gives the store's name of its result if that is there. */
  const look = async (job: ListedJob, plan: Plan): Promise<string | undefined> => {
    const { input } = await preparePlan(plan, around, kinds === undefined ? {} : { kinds });
    const finished = around.store.find(input);
    planned.push({
      kind: plan.kind,
      case: job.case,
      action: finished === undefined ? "do" : force ? "do again" : "reuse",
      folder: pathBelow(around.store.folderOf(input), context.io.cwd),
      config: input.config,
      backend: input.backend,
      plan: withoutAdvice(plan),
    });
    return finished === undefined || force ? undefined : around.store.nameOf(finished);
  };
  for (const job of jobs) {
    context.signal.throwIfAborted();
    try {
      const names = new Map<string, string | undefined>();
      for (const [name, plan] of Object.entries(job.before ?? {})) {
        names.set(name, await look(job, plan));
      }
      if ([...names.values()].includes(undefined)) planned.push(plannedLater(kind, job));
      else
        await look(
          job,
          withParents(job.plan, (name) => names.get(name) ?? name),
        );
    } catch (error) {
      if (jobs.length === 1 || error === context.signal.reason) throw error;
      failures.push({ case: job.case, error: context.worded(error) });
    }
  }
  return {
    kind: "plan",
    document: { jobs: planned, failures: failuresDocument(failures) },
    text: (style) => planText(planned, style) + failuresText(failures, jobs.length, style),
    exitCode: failures.length > 0 ? 1 : 0,
  };
}

/** A job that is made from what is not there yet: what it comes to is known when that is. */
function plannedLater(kind: string, { case: id, plan }: ListedJob): PlannedJob {
  const unknown = { folder: undefined, config: undefined, backend: undefined };
  return { kind, case: id, action: "do", ...unknown, plan: withoutAdvice(plan) };
}

/** A plan without what only this command line says. */
function withoutAdvice({ subject: { advice: _, ...subject }, ...plan }: Plan): Plan {
  return { ...plan, subject };
}

function planText(planned: readonly PlannedJob[], style: Style): string {
  if (planned.length === 0) return "";
  const isMixed = new Set(planned.map(({ kind }) => kind)).size > 1;
  return formatTable(
    [
      { heading: "case", value: (job) => job.case },
      ...(isMixed ? [{ heading: "work", value: (job: PlannedJob) => job.kind }] : []),
      { heading: "action", value: (job) => job.action },
      { heading: "folder", value: (job) => job.folder },
    ],
    planned,
    style,
  );
}
