import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type BackendIdentity, resolveBackend } from "../engine/index.node.ts";
import type { Backend } from "../engine/index.ts";
import { formatError, InterpBenchError } from "../errors/index.ts";
import type { JobOptions, ProgressJob } from "../report/index.ts";
import type { AddressInput, Artifact, ArtifactDraft } from "../store/index.ts";
import { type JobCheckpoint, jobCheckpoint } from "./checkpoint.ts";
import { type JobContext, pathBelow } from "./context.ts";
import { type JsonDocument, withSchema } from "./document.ts";
import { type EngineChoice, withBackend } from "./engine.ts";

/** One piece of work, whose result the store keeps. */
export interface Job {
  /** Its id; what `--indices` takes, if there are several jobs. */
  readonly case: string;
  /** Finds out what is to be done; its errors are failures of this job alone. */
  plan(): JobPlan | Promise<JobPlan>;
}

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
  readonly context: JobContext;
}

/** How jobs of one kind are called, and whether they are done although they are finished. */
export interface JobSettings {
  /** Names the results folder and the documents: `train-iit` gives `interpbench/train-iit@1`. */
  readonly kind: string;
  /** What progress calls them: `train iit`. */
  readonly title: string;
  /** Default false. */
  readonly force?: boolean;
}

/** A job that is done. */
export interface DoneJob {
  readonly artifact: Artifact;
  /** What the provenance of those made from it calls it. */
  readonly name: string;
}

/** Runs one job, or finds its finished artefact. */
export async function runJob(
  context: JobContext,
  settings: JobSettings,
  job: Job,
): Promise<DoneJob> {
  const plan = await job.plan();
  const artifact = await runPlan(
    context,
    settings,
    await inputOf(settings.kind, job.case, plan),
    plan,
  );
  return { artifact, name: context.store.nameOf(artifact) };
}

async function runPlan(
  context: JobContext,
  { title, force = false }: JobSettings,
  input: JobInput,
  plan: JobPlan,
): Promise<Artifact> {
  const name = `${title} ${input.case}`;
  const begun = await beginOrFind(context, force, input, plan, name);
  if (begun.finished !== undefined) {
    const folder = pathBelow(begun.finished.folder, context.folder);
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
  { store, progress, signal }: JobContext,
  force: boolean,
  input: AddressInput,
  { seeds = {}, parents = [] }: JobPlan,
  name: string,
): Promise<Begun> {
  for (let isWaiting = false; ; isWaiting = true) {
    const finished = force ? undefined : store.find(input);
    if (finished !== undefined) {
      store.tidy(finished);
      return { finished };
    }
    try {
      return { draft: store.begin(input, { seeds, parents, again: force }) };
    } catch (error) {
      if (!isOf(error, "E_BUSY", "E_FINISHED")) throw error;
      if (!isWaiting) progress.note(`${name}  waits for another process that makes it`);
    }
    signal.throwIfAborted();
    await sleep(LOOK_INTERVAL);
    signal.throwIfAborted();
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

/** What decides the result of a job. */
export interface JobInput extends AddressInput {
  readonly backend?: BackendIdentity;
}

/** What decides the result of a plan, with the backend that its engine means here. */
export async function inputOf(
  kind: string,
  caseId: string,
  { config, engine }: JobPlan,
): Promise<JobInput> {
  const backend = engine === undefined ? undefined : await resolveBackend(engine.backend);
  return { kind, case: caseId, config, ...(backend === undefined ? {} : { backend }) };
}
