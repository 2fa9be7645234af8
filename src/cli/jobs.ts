import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BackendIdentity, resolveBackend } from "../engine/index.node.ts";
import type { Backend } from "../engine/index.ts";
import { formatError, InterpBenchError } from "../errors/index.ts";
import {
  type Column,
  formatTable,
  type JobOptions,
  type ProgressJob,
  type Style,
} from "../report/index.ts";
import {
  type AddressInput,
  type Artifact,
  type ArtifactDraft,
  openStore,
  type Store,
} from "../store/index.ts";
import { batchOutput, type Outcome } from "./batch.ts";
import { type JobCheckpoint, jobCheckpoint } from "./checkpoint.ts";
import type { CommandOutput, Context, JsonDocument } from "./command.ts";
import { Interrupted } from "./interrupt.ts";
import { type EngineChoice, shareThreads, withBackend } from "./options/engine.ts";
import { withSchema } from "./output.ts";
import { pathBelow } from "./typed.ts";
import { sideBySide } from "./workers/side-by-side.ts";

/** What a job is made of, known before it is run: the same plan always has the same artefact. */
export interface JobPlan {
  /** Everything that decides the result, in full; contents instead of the names of files. */
  readonly config: object;
  /** What it is made from, as the store names it. Recorded in the provenance. */
  readonly parents?: readonly string[];
  /** Recorded in the provenance. */
  readonly seeds?: Readonly<Record<string, number>>;
  /** What executes tensor programs, if the result depends on it. */
  readonly engine?: EngineChoice;
  /** Members of the document as it is printed: how this command line calls things. */
  readonly shown?: JsonDocument;
  /**
   * Does the work and returns the document as it is stored, in which nothing depends on the clock or
   * on names of files; other files go to `job.draft`.
   */
  run(job: RunningJob): Promise<JsonDocument>;
}

/** What a running job is handed. */
export interface RunningJob {
  /** What progress calls it: `train iit 3`. */
  readonly name: string;
  readonly draft: ArtifactDraft;
  readonly checkpoint: JobCheckpoint;
  readonly signal: AbortSignal;
  /** Runs work on the plan's `engine`, whose backend is the one that the address names. */
  withBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T>;
  /** Starts the job's progress line. */
  begin(
    unit: string,
    total: number | undefined,
    options?: Pick<JobOptions, "done" | "mayEndEarly">,
  ): ProgressJob;
  readonly context: Context;
}

/** Jobs of one kind, one per case. */
export interface JobList {
  /** Names the results folder and the documents: `train-iit` gives `interpbench/train-iit@1`. */
  readonly kind: string;
  readonly jobs: readonly {
    /** Its id; what `--indices` takes, if there are several jobs. */
    readonly case: string;
    /** Finds out what is to be done; its errors are failures of this job alone. */
    plan(): JobPlan | Promise<JobPlan>;
  }[];
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
 * the document and nothing is done.
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

type Job = JobList["jobs"][number];

function warnOf({ name, progress }: Context, job: Job, error: unknown): void {
  progress.warn(`${name} ${job.case}: ${formatError(error)}`);
}

/**
 * How jobs are run: on workers, each of which does what the command does with this case alone, or
 * here. Results that are failures are told where they are made.
 */
function jobRunner(
  context: Context,
  settings: JobSettings,
  { kind, jobs, failure }: JobList,
): { readonly lanes: number; run(job: Job): Promise<JsonDocument> } {
  const { lanes, threads } = shareThreads(settings.threads ?? 1, jobs.length);
  const { runInWorker } = context;
  if (lanes > 1 && runInWorker !== undefined) {
    return { lanes, run: (job) => runInWorker({ indices: [job.case], threads }) };
  }
  return {
    lanes: 1,
    run: async (job) => {
      const { document } = await runJob(context, settings, kind, job);
      const fault = failure?.(document);
      if (fault !== undefined) warnOf(context, job, fault);
      return document;
    },
  };
}

/** A job that is done. */
export interface DoneJob {
  readonly artifact: Artifact;
  /** What the provenance of those made from it calls it. */
  readonly name: string;
  /** What is printed: the stored document, how long it took, and where it is. */
  readonly document: JsonDocument;
}

/** Runs one job, or finds its finished artefact: what {@link runJobs} does for each of its list. */
export async function runJob(
  context: Context,
  settings: Pick<JobSettings, "outputDir" | "force">,
  kind: string,
  job: Job,
): Promise<DoneJob> {
  const plan = await job.plan();
  const artifact = await runPlan(context, settings, await inputOf(kind, job.case, plan), plan);
  const name = storeOf(context, settings.outputDir).nameOf(artifact);
  const { seconds } = artifact.provenance;
  const folder = shownFolder(context, artifact.folder);
  return { artifact, name, document: { ...artifact.result, seconds, folder, ...plan.shown } };
}

async function runPlan(
  context: Context,
  settings: Pick<JobSettings, "outputDir" | "force">,
  input: JobInput,
  plan: JobPlan,
): Promise<Artifact> {
  const name = `${context.name} ${input.case}`;
  const begun = await beginOrFind(context, settings, input, plan, name);
  if (begun.finished !== undefined) {
    const folder = shownFolder(context, begun.finished.folder);
    context.progress.note(`${name}  finished already, see ${folder}`);
    return begun.finished;
  }
  const { draft } = begun;
  const lines: ProgressJob[] = [];
  try {
    const document = await plan.run({
      name,
      draft,
      context,
      signal: context.signal,
      checkpoint: jobCheckpoint(draft.checkpoint, context, name),
      withBackend(work) {
        if (plan.engine === undefined || input.backend === undefined) {
          throw new Error("internal: a plan without an engine runs tensor programs");
        }
        const { threads } = plan.engine;
        return withBackend({ backend: input.backend.name, threads }, work);
      },
      begin(unit, total, options = {}) {
        const line = context.progress.begin(name, {
          ...options,
          unit,
          ...(total === undefined ? {} : { total }),
        });
        lines.push(line);
        return line;
      },
    });
    const artifact = draft.finish(withSchema(input.kind, document));
    for (const line of lines) line.finish();
    return artifact;
  } catch (error) {
    const isStopped = error === context.signal.reason;
    const message = isStopped ? stoppedText(draft.folder) : formatError(error);
    for (const line of lines) line.fail(message);
    throw error;
  } finally {
    draft.release();
  }
}

/** How often one looks whether another process has finished, in milliseconds. */
const LOOK_INTERVAL = 300;

type Begun =
  | { readonly finished: Artifact; readonly draft?: undefined }
  | { readonly finished?: undefined; readonly draft: ArtifactDraft };

/** The finished artefact, or else its claimed draft; waits for another process that is making it. */
async function beginOrFind(
  context: Context,
  { outputDir, force }: Pick<JobSettings, "outputDir" | "force">,
  input: AddressInput,
  { seeds = {}, parents = [] }: JobPlan,
  name: string,
): Promise<Begun> {
  const store = storeOf(context, outputDir);
  for (let isWaiting = false; ; isWaiting = true) {
    const finished = force ? undefined : store.find(input);
    if (finished !== undefined) return { finished };
    try {
      return { draft: store.begin(input, { seeds, parents, again: force }) };
    } catch (error) {
      if (!isOf(error, "E_BUSY", "E_FINISHED")) throw error;
      if (!isWaiting) context.progress.note(`${name}  waits for another process that makes it`);
    }
    context.signal.throwIfAborted();
    await sleep(LOOK_INTERVAL);
    context.signal.throwIfAborted();
  }
}

const isOf = (error: unknown, ...codes: readonly InterpBenchError["code"][]) =>
  error instanceof InterpBenchError && codes.includes(error.code);

/** What is left of work that was stopped. */
function stoppedText(folder: string): string {
  const isSaved =
    existsSync(folder) && readdirSync(folder).some((name) => name.startsWith("checkpoint."));
  return isSaved ? "stopped; the same command goes on from here" : "stopped";
}

async function dryRun(
  context: Context,
  { outputDir, force }: JobSettings,
  { kind, jobs }: JobList,
): Promise<CommandOutput> {
  const store = storeOf(context, outputDir);
  const planned: PlannedJob[] = [];
  for (const job of jobs) {
    const input = await inputOf(kind, job.case, await job.plan());
    const isFinished = store.find(input) !== undefined;
    const action = isFinished ? (force ? "do again" : "reuse") : "do";
    planned.push({
      kind,
      case: job.case,
      action,
      folder: shownFolder(context, store.folderOf(input)),
      config: input.config,
      backend: input.backend,
    });
  }
  return {
    kind: "plan",
    document: { jobs: planned },
    text: (style) =>
      formatTable(
        [
          { heading: "case", value: (job) => job.case },
          { heading: "action", value: (job) => job.action },
          { heading: "folder", value: (job) => job.folder },
        ],
        planned,
        style,
      ),
  };
}

/**
 * The store in the output folder, which is relative to the working directory. What it passes over
 * is a warning.
 */
export function storeOf({ io, progress }: Context, outputDir: string): Store {
  return openStore(resolve(io.cwd, outputDir), {
    now: io.now,
    onProblem: (problem) => progress.warn(formatError(problem)),
  });
}

/** The folder as one can type it: relative if it is below the working directory. */
export function shownFolder({ io }: Context, folder: string): string {
  return pathBelow(folder, io.cwd);
}

/** What decides the result of a job. */
interface JobInput extends AddressInput {
  readonly backend?: BackendIdentity;
}

/** What decides the result of a plan, with the backend that its engine means here. */
async function inputOf(
  kind: string,
  caseId: string,
  { config, engine }: JobPlan,
): Promise<JobInput> {
  const backend = engine === undefined ? undefined : await resolveBackend(engine.backend);
  return { kind, case: caseId, config, ...(backend === undefined ? {} : { backend }) };
}
