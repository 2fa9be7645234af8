import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { formatError } from "../errors/index.ts";
import { type Column, formatTable, type ProgressJob, type Style } from "../report/index.ts";
import {
  type AddressInput,
  type Artifact,
  type ArtifactDraft,
  openStore,
  type Store,
} from "../store/index.ts";
import type { CommandOutput, Context, JsonDocument } from "./command.ts";
import { Interrupted } from "./interrupt.ts";
import { errorDocument, withSchema } from "./output.ts";
import { UsageError } from "./usage.ts";

/** What a job is made of, known before it is run: the same plan always has the same artefact. */
export interface JobPlan {
  /** Everything that decides the result, in full. */
  readonly config: object;
  /** Addresses of the artefacts it uses. */
  readonly parents?: readonly string[];
  /** Recorded in the provenance. */
  readonly seeds?: Readonly<Record<string, number>>;
  readonly backend?: string;
  /** Does the work and returns the document; files go to `job.draft`. */
  run(job: RunningJob): Promise<JsonDocument>;
}

/** What a running job is handed. */
export interface RunningJob {
  readonly draft: ArtifactDraft;
  readonly signal: AbortSignal;
  /** Starts the job's progress line; `done` is what an interrupted run had done already. */
  begin(unit: string, total: number | undefined, done?: number): ProgressJob;
  readonly context: Context;
}

/** Jobs of one kind, one per case. */
export interface JobList {
  /** Names the results folder and the documents: `train-iit` gives `interpbench/train-iit@1`. */
  readonly kind: string;
  readonly jobs: readonly {
    readonly case: string;
    /** Finds out what is to be done; its errors are failures of this job alone. */
    plan(): JobPlan | Promise<JobPlan>;
  }[];
  /** A document for people. */
  text(document: JsonDocument, style: Style): string;
  /** What several documents are for people: a table with these columns, between case and folder. */
  readonly columns?: readonly Column<JsonDocument>[];
}

/** Values of `jobOptions` that running jobs needs. */
export interface JobSettings {
  readonly outputDir: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

interface PlannedJob {
  readonly kind: string;
  readonly case: string;
  readonly action: "do" | "do again" | "reuse";
  readonly folder: string;
  readonly config: object;
}

interface Failure {
  readonly case: string;
  readonly error: unknown;
}

/**
 * Runs the jobs one after the other and keeps their results in the store; finished ones are found
 * and reused unless `force` is set.
 *
 * One job gives its document, several a batch of results and failures; a failing job does not stop
 * the others, and makes the exit code 1. Interruptions stop everything; usage errors do before any
 * job has run, if they come up in planning. With `dryRun`, the plan is the document and nothing is done.
 */
export async function runJobs(
  context: Context,
  settings: JobSettings,
  list: JobList,
): Promise<CommandOutput> {
  if (settings.dryRun) return dryRun(context, settings, list);
  const results: JsonDocument[] = [];
  const failures: Failure[] = [];
  for (const job of list.jobs) {
    context.signal.throwIfAborted();
    let isPlanned = false;
    try {
      const plan = await job.plan();
      isPlanned = true;
      const artifact = await runPlan(context, settings, list.kind, job.case, plan);
      results.push({ ...artifact.result, folder: shownFolder(context, artifact.folder) });
    } catch (error) {
      const stops = error instanceof Interrupted || error === context.signal.reason;
      if (stops || list.jobs.length === 1) throw error;
      const isFirst = results.length + failures.length === 0;
      if (error instanceof UsageError && isFirst && !isPlanned) throw error;
      failures.push({ case: job.case, error });
      context.progress.warn(`${context.name} ${job.case}: ${formatError(error)}`);
    }
  }
  if (list.jobs.length === 1) {
    const document = results[0]!;
    return { kind: list.kind, document, text: (style) => list.text(document, style) };
  }
  return {
    kind: "batch",
    document: {
      results: results.map((result) => withSchema(list.kind, result)),
      failures: failures.map((failure) => ({
        case: failure.case,
        ...errorDocument(failure.error),
      })),
    },
    text: (style) =>
      batchText(list, results, style) + failuresText(failures, list.jobs.length, style),
    exitCode: failures.length > 0 ? 1 : 0,
  };
}

function batchText(list: JobList, results: readonly JsonDocument[], style: Style): string {
  if (list.columns === undefined || results.length === 0) {
    return results.map((result) => list.text(result, style)).join("\n");
  }
  const columns: Column<JsonDocument>[] = [
    { heading: "case", value: (document) => String(document.case), align: "right" },
    ...list.columns,
    { heading: "folder", value: ({ folder }) => String(folder) },
  ];
  return formatTable(columns, results, style);
}

/** Runs one job, or finds its finished artefact: what {@link runJobs} does for each of its list. */
export async function runJob(
  context: Context,
  settings: Pick<JobSettings, "outputDir" | "force">,
  kind: string,
  job: JobList["jobs"][number],
): Promise<Artifact> {
  return runPlan(context, settings, kind, job.case, await job.plan());
}

async function runPlan(
  context: Context,
  { outputDir, force }: Pick<JobSettings, "outputDir" | "force">,
  kind: string,
  caseId: string,
  { run, seeds = {}, backend, ...plan }: JobPlan,
): Promise<Artifact> {
  const input = inputOf(kind, caseId, plan);
  const store = storeOf(context, outputDir);
  const name = `${context.name} ${caseId}`;
  const finished = force ? undefined : store.find(input);
  if (finished !== undefined) {
    context.progress.note(
      `${name}  finished already, see ${shownFolder(context, finished.folder)}`,
    );
    return finished;
  }
  const draft = store.begin(input, { seeds, backend: backend ?? null, again: force });
  const lines: ProgressJob[] = [];
  try {
    const document = await run({
      draft,
      context,
      signal: context.signal,
      begin(unit, total, done = 0) {
        const options = total === undefined ? { unit, done } : { unit, total, done };
        const line = context.progress.begin(name, options);
        lines.push(line);
        return line;
      },
    });
    const artifact = draft.finish(withSchema(kind, document));
    for (const line of lines) line.finish();
    return artifact;
  } catch (error) {
    const isStopped = error === context.signal.reason;
    const message = isStopped ? stoppedText(draft.folder) : formatError(error);
    for (const line of lines) line.fail(message);
    throw error;
  }
}

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
    const { config, parents } = await job.plan();
    const input = inputOf(kind, job.case, parents === undefined ? { config } : { config, parents });
    const isFinished = store.find(input) !== undefined;
    const action = isFinished ? (force ? "do again" : "reuse") : "do";
    planned.push({
      kind,
      case: job.case,
      action,
      folder: shownFolder(context, store.folderOf(input)),
      config,
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

/** The store in the output folder, which is relative to the working directory. */
function storeOf({ io }: Context, outputDir: string): Store {
  return openStore(resolve(io.cwd, outputDir), { now: io.now });
}

/** The folder as one can type it: relative if it is below the working directory. */
export function shownFolder({ io }: Context, folder: string): string {
  const path = relative(io.cwd, folder);
  return path.startsWith("..") || isAbsolute(path) ? folder : path;
}

function inputOf(
  kind: string,
  caseId: string,
  plan: Pick<JobPlan, "config" | "parents">,
): AddressInput {
  const { config, parents } = plan;
  return { kind, case: caseId, config, ...(parents === undefined ? {} : { parents }) };
}

function failuresText(failures: readonly Failure[], total: number, style: Style): string {
  if (failures.length === 0) return "";
  const lines = failures.map(({ case: id, error }) => `  ${id}  ${formatError(error)}\n`);
  const head = style.red(`${failures.length} of ${total} cases failed:`);
  return `\n${head}\n${lines.join("")}`;
}
