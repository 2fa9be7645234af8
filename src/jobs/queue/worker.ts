import { randomUUID } from "node:crypto";
import type { Job } from "bullmq";
import { resolveBackend } from "../../engine/index.node.ts";
import { formatError } from "../../errors/index.ts";
import { packageVersion, storeId } from "../../store/index.ts";
import type { JobContext } from "../context.ts";
import { type EngineChoice, shareThreads } from "../engine.ts";
import { Interrupted } from "../interrupt.ts";
import { withParents } from "../plan.ts";
import { runOnThread } from "../workers/job-task.ts";
import { errorData } from "../workers/messages.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { sentProgress } from "../workers/progress.ts";
import { queueAddress } from "./address.ts";
import { connect, loadEngine } from "./connection.ts";
import {
  parseQueued,
  type QueueAnswer,
  type QueuedJob,
  type QueueMessage,
  queueName,
} from "./messages.ts";
import { fetchParents } from "./parents.ts";
import { announce } from "./presence.ts";
import { DEFAULT_PATIENCE, KEPT_JOBS, MOST_DEATHS, stalledOptions } from "./settings.ts";
import { ship } from "./shipment.ts";

/** Options of {@link serveQueue}. */
export interface ServeOptions {
  /** Which backend's jobs are taken, and the threads of all jobs together. */
  readonly engine: EngineChoice;
  /** The threads on which jobs run. */
  readonly workers: WorkerPool;
  /** Seconds without a job after which the work ends. Default: it never does. */
  readonly idle?: number | undefined;
  /** Seconds after which a worker that gives no sign of life has lost its jobs. Default 30. */
  readonly patience?: number | undefined;
}

/** What a worker has done. */
export interface ServedJobs {
  readonly done: number;
  readonly failed: number;
}

/**
 * Takes jobs from a queue and does them, as many at a time as `shareThreads` says, each on a thread, so that signs of
 * life never wait for one. Results go to the store of the context; where that is not the folder of who asks, they are
 * sent back. When `context.signal` is aborted, jobs that have begun are saved and given back to the queue, and
 * `Interrupted` is thrown. `E_QUEUE` if there is no queue, `E_INSTALL` without the engine.
 */
export async function serveQueue(
  address: string,
  context: JobContext,
  { engine: choice, workers, idle, patience = DEFAULT_PATIENCE }: ServeOptions,
): Promise<ServedJobs> {
  const { store, progress, signal } = context;
  const place = queueAddress(address);
  const engine = await loadEngine();
  const backend = await resolveBackend(choice.backend);
  const own = storeId(store.root);
  const { lanes, threads } = shareThreads(choice.threads, Number.POSITIVE_INFINITY);
  const connection = await connect(engine, place, progress);
  const { redis, onError } = connection;
  const counts = { done: 0, failed: 0, active: 0, endedAt: context.now() };

  const answerOf = async (job: Job, queued: QueuedJob): Promise<QueueAnswer> => {
    const tell = (message: QueueMessage) => void job.updateProgress(message).catch(() => {});
    const isShared = queued.store === own;
    const names = isShared ? undefined : await fetchParents(queued, context, redis, tell);
    const plan = withParents(queued.plan, (name) => names?.get(name) ?? name);
    const { artifact, name } = await runOnThread(
      workers,
      { ...plan, engine: { backend: backend.name, threads } },
      { ...context, folder: queued.folder, progress: sentProgress(tell, context.now, PACE) },
      { force: queued.force, address: queued.address },
    );
    if (isShared) return { kind: "done", name };
    return { kind: "done", name, shipment: await ship(artifact, redis) };
  };
  const work = async (job: Job, token?: string): Promise<QueueAnswer> => {
    const id = job.id ?? job.name;
    counts.active++;
    progress.note(`${id}  begins`);
    try {
      const answer = await answerOf(job, parseQueued(job.data, id));
      progress.note(`${id}  done`);
      counts.done++;
      return answer;
    } catch (error) {
      if (error instanceof Interrupted || (signal.aborted && error === signal.reason)) {
        await job.moveToWait(token);
        progress.note(`${id}  stopped, and given back to the queue`);
        throw new engine.bullmq.WaitingError();
      }
      progress.warn(`${id}: ${formatError(error)}`);
      counts.failed++;
      return { kind: "failed", error: errorData(error) };
    } finally {
      counts.active--;
      counts.endedAt = context.now();
    }
  };

  const queue = queueName(backend);
  const taker = new engine.bullmq.Worker<unknown, QueueAnswer>(queue, work, {
    connection: redis,
    concurrency: lanes,
    maxStalledCount: MOST_DEATHS,
    ...stalledOptions(patience),
    ...KEPT_JOBS,
  });
  taker.on("error", onError);
  const facts = { id: randomUUID(), version: packageVersion(), queue };
  const leave = announce(redis, { ...facts, backend: `${backend.name} ${backend.variant}` });
  progress.note(`takes ${lanes} jobs at a time from ${place.shown}, for ${queue}`);
  try {
    await ended(signal, () => {
      const isIdle = counts.active === 0 && idle !== undefined;
      return isIdle && context.now() - counts.endedAt >= 1000 * idle;
    });
    if (signal.aborted) await taker.pause(true);
    await leave();
    await taker.close();
  } finally {
    connection.close();
  }
  if (signal.aborted) throw new Interrupted();
  return { done: counts.done, failed: counts.failed };
}

/** Least milliseconds between two updates of a job's progress, each of which all coordinators read. */
const PACE = 1000;

/** How often one looks whether it is time to end, in milliseconds. */
const LOOK_INTERVAL = 200;

/** Resolves when the signal is aborted or `isTime`. */
function ended(signal: AbortSignal, isTime: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!signal.aborted && !isTime()) return;
      clearInterval(timer);
      resolve();
    }, LOOK_INTERVAL);
  });
}
