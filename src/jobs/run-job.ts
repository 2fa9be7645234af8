import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type BackendIdentity, resolveBackend } from "../engine/index.node.ts";
import { formatError, InterpBenchError, unknownNameError } from "../errors/index.ts";
import type { ProgressJob } from "../report/index.ts";
import { type AddressInput, type Artifact, type ArtifactDraft, addressOf } from "../store/index.ts";
import { jobCheckpoint } from "./checkpoint.ts";
import { type JobContext, pathBelow } from "./context.ts";
import { withSchema } from "./document.ts";
import { DEFAULT_ENGINE, withBackend } from "./engine.ts";
import type { JobKind, PreparedWork } from "./kind.ts";
import type { Plan } from "./plan.ts";
import { jobKinds } from "./registry.ts";

/** Options of running plans. */
export interface RunOptions {
  /** Do it although it is finished, beside the finished result. Default false. */
  readonly force?: boolean;
  /** The content address that the plan has where it was made; `E_PLAN` if it comes to something else here. */
  readonly address?: string | undefined;
  /** The kinds of work that plans can name. Default: those of the registry. */
  readonly kinds?: readonly JobKind[];
}

/** A job that is done: plain data. */
export interface DoneJob {
  readonly artifact: Artifact;
  /** What the store, and the plans of what is made from it, call it. */
  readonly name: string;
}

/** A plan with all that it comes to, not done yet. */
export interface PreparedJob {
  readonly plan: Plan;
  readonly kind: JobKind;
  readonly work: PreparedWork;
  /** What decides the result, with the backend that the plan's engine means here. */
  readonly input: JobInput;
  /** The content address of the input. */
  readonly address: string;
}

/** What decides the result of a job. */
export interface JobInput extends AddressInput {
  readonly backend?: BackendIdentity;
}

/**
 * Does what a plan says, or finds its finished result: the same plan has the same result wherever it
 * is done.
 *
 * `E_PLAN` for a kind that is not known and for options that it does not have; what the work throws.
 * Where `context.signal` is aborted, the state is saved and the signal's reason is thrown; the same
 * plan then goes on from there.
 */
export async function runPlan(
  plan: Plan,
  context: JobContext,
  options: RunOptions = {},
): Promise<DoneJob> {
  const job = await preparePlan(plan, context, options);
  assertSameAddress(job, options.address);
  const artifact = await runPrepared(job, context, options.force ?? false);
  return { artifact, name: context.store.nameOf(artifact) };
}

/** Finds out what a plan comes to, and does nothing of it. */
export async function preparePlan(
  plan: Plan,
  context: JobContext,
  { kinds = jobKinds }: RunOptions = {},
): Promise<PreparedJob> {
  const kind = kindOf(plan, kinds);
  const work = await kind.prepare(plan, { ...context, title: kind.title });
  const { backend } = plan.engine ?? DEFAULT_ENGINE;
  const input: JobInput = {
    kind: kind.name,
    case: work.case,
    config: work.config,
    ...(kind.usesEngine ? { backend: await resolveBackend(backend) } : {}),
  };
  return { plan, kind, work, input, address: addressOf(input) };
}

/** Throws unless a plan comes to what is expected: other machines may have other files, or another zoo. */
function assertSameAddress({ address, input }: PreparedJob, expected = address): void {
  if (address === expected) return;
  throw new InterpBenchError("E_PLAN", "the same plan comes to something else here", {
    at: `${input.kind}, case ${input.case}`,
    expected: `the address ${expected}`,
    received: address,
    hint: "Models, programs or the package itself differ between the two machines.",
  });
}

/** The kind that a plan names. `E_PLAN` if it is not known. */
export function kindOf({ kind }: Plan, kinds: readonly JobKind[] = jobKinds): JobKind {
  const found = kinds.find(({ name }) => name === kind);
  if (found !== undefined) return found;
  const names = kinds.map(({ name }) => name);
  throw unknownNameError("E_PLAN", "kind of work", kind, names);
}

async function runPrepared(
  { plan, kind, work, input }: PreparedJob,
  context: JobContext,
  force: boolean,
): Promise<Artifact> {
  const name = `${kind.title} ${input.case}`;
  const begun = await beginOrFind(context, force, input, work, name);
  if (begun.finished !== undefined) {
    noteFinished(begun.finished, context, name);
    return begun.finished;
  }
  const { draft } = begun;
  const lines: ProgressJob[] = [];
  try {
    const document = await work.run({
      name,
      draft,
      context,
      signal: context.signal,
      checkpoint: jobCheckpoint(draft.checkpoint, context, name),
      withBackend(use) {
        if (input.backend === undefined) {
          throw new Error("internal: work without an engine runs tensor programs");
        }
        const { threads } = plan.engine ?? DEFAULT_ENGINE;
        return withBackend({ backend: input.backend.name, threads }, use);
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

/** The finished job of an input, if there is one. */
export function finishedJob(
  input: AddressInput,
  context: JobContext,
  name: string,
): DoneJob | undefined {
  const artifact = context.store.find(input);
  if (artifact === undefined) return undefined;
  noteFinished(artifact, context, name);
  return { artifact, name: context.store.nameOf(artifact) };
}

function noteFinished(
  { folder }: Artifact,
  { progress, folder: from }: JobContext,
  name: string,
): void {
  progress.note(`${name}  finished already, see ${pathBelow(folder, from)}`);
}

/** How often one looks whether another process has finished, in milliseconds. */
const LOOK_INTERVAL = 300;

type Begun =
  | { readonly finished: Artifact; readonly draft?: undefined }
  | { readonly finished?: undefined; readonly draft: ArtifactDraft };

/** The finished artefact, or else its claimed draft; waits for another process that is making it. */
export async function beginOrFind(
  { store, progress, signal }: JobContext,
  force: boolean,
  input: AddressInput,
  { seeds = {}, parents = [] }: Pick<PreparedWork, "seeds" | "parents">,
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
