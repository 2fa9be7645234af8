import { setTimeout as sleep } from "node:timers/promises";
import type { BackendIdentity } from "../../engine/index.node.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { type Artifact, packageVersion } from "../../store/index.ts";
import type { JobContext } from "../context.ts";
import type { DoneJob } from "../run-job.ts";
import { errorOf } from "../workers/messages.ts";
import type { Connection, QueueEngine } from "./connection.ts";
import { type QueueAnswer, type QueuedJob, type QueueMessage, queueName } from "./messages.ts";
import { sendParents } from "./parents.ts";
import { type PendingJob, pendingJob } from "./pending.ts";
import { absenceText, presentWorkers } from "./presence.ts";
import { KEPT_JOBS } from "./settings.ts";
import { fetchShipment, takeOver } from "./shipment.ts";

/** One queue, of the jobs of one backend, seen by who asks for them. */
export interface Channel {
  /** Sends a job, or joins the one of the same id, and waits until it has ended. */
  ask(id: string, queued: QueuedJob, context: JobContext): Promise<DoneJob>;
  close(): Promise<void>;
}

/** Jobs that are looked after in one round, at most. */
const ROUND = 1000;

/**
 * Opens the queue of a backend. Events tell how jobs end; besides, jobs are looked after every `look` seconds: one that
 * ended without having been heard of is taken, and one that Redis has lost is sent again.
 */
export async function openChannel(
  backend: BackendIdentity,
  { bullmq }: QueueEngine,
  { redis, onError }: Connection,
  { progress, signal }: JobContext,
  look: number,
): Promise<Channel> {
  const name = queueName(backend);
  const pending = new Map<string, PendingJob>();
  const queue = new bullmq.Queue<QueuedJob, QueueAnswer>(name, { connection: redis });
  const [seconds] = await redis.time();
  const lastEventId = `${1000 * Number(seconds)}-0`;
  const events = new bullmq.QueueEvents(name, { connection: redis, lastEventId });
  queue.on("error", onError);
  events.on("error", onError);
  await events.waitUntilReady();

  const send = async (job: PendingJob) => {
    const { id, queued } = job;
    const there = await queue.getJob(id);
    if (there?.finishedOn !== undefined) {
      const { returnvalue } = there;
      const isSent = returnvalue?.kind === "done" && returnvalue.shipment !== undefined;
      if (isSent && (await accept(job, returnvalue).then(succeeded, failed))) return;
      job.isAnswered = false;
      await queue.remove(id);
    }
    await queue.add(queued.plan.kind, queued, { jobId: id, ...KEPT_JOBS });
  };
  /** Takes what an answer tells of; throws what went wrong with it. */
  const accept = async (job: PendingJob, answer: QueueAnswer) => {
    if (job.isAnswered) return;
    job.isAnswered = true;
    if (answer.kind === "failed") throw errorOf(answer.error);
    const { context, queued } = job;
    const artifact =
      answer.shipment === undefined
        ? await sharedResult(answer.name, context)
        : await takeOver(await fetchShipment(answer.shipment, redis), context, queued.force);
    pending.delete(job.id);
    job.resolve({ artifact, name: context.store.nameOf(artifact) });
  };
  const refuse = (job: PendingJob, error: unknown) => {
    job.isAnswered = true;
    pending.delete(job.id);
    job.reject(error);
  };
  const end = (job: PendingJob | undefined, answer: QueueAnswer) => {
    if (job !== undefined) void accept(job, answer).catch((error) => refuse(job, error));
  };
  const lose = (job: PendingJob | undefined, reason: string) => {
    if (job !== undefined && !job.isAnswered) refuse(job, deathError(reason));
  };

  events.on("completed", ({ jobId, returnvalue }) => {
    end(pending.get(jobId), returnvalue as unknown as QueueAnswer);
  });
  events.on("failed", ({ jobId, failedReason }) => lose(pending.get(jobId), failedReason));
  events.on("stalled", ({ jobId }) => pending.get(jobId)?.lose());
  events.on("progress", ({ jobId, data }) => {
    const job = pending.get(jobId);
    if (job === undefined) return;
    const message = data as unknown as QueueMessage;
    if (message.kind !== "lacks") job.show(message);
    else void sendParents(message.names, job.queued.store, job.context, redis).catch(onError);
  });
  const stop = () => {
    for (const job of pending.values()) {
      // What a worker has begun goes on; others who ask for a job send it again.
      void queue.remove(job.id).catch(() => {});
      refuse(job, signal.reason);
    }
  };
  signal.addEventListener("abort", stop);

  const lookAfter = async (job: PendingJob) => {
    const there = await queue.getJob(job.id);
    // It may have ended meanwhile, and its turn is over.
    if (job.isAnswered || pending.get(job.id) !== job) return;
    pending.delete(job.id);
    pending.set(job.id, job);
    if (there === undefined) await send(job);
    else if (there.finishedOn === undefined) return;
    else if (there.failedReason) lose(job, there.failedReason);
    else end(job, there.returnvalue);
  };
  const closing = new AbortController();
  const own = {
    queue: name,
    version: packageVersion(),
    backend: `${backend.name} ${backend.variant}`,
  };
  const lookAround = async () => {
    for (let told: string | undefined; ; ) {
      await sleep(1000 * look, undefined, { signal: closing.signal });
      try {
        const jobs = [...pending.values()].slice(0, ROUND);
        if (jobs.length === 0) continue;
        const absence = absenceText(await presentWorkers(redis), own);
        if (absence !== undefined && absence !== told) progress.warn(absence);
        told = absence;
        await Promise.all(jobs.map(lookAfter));
      } catch (error) {
        onError(error);
      }
    }
  };
  // It ends by being closed.
  void lookAround().catch(() => {});

  return {
    ask(id, queued, context) {
      const known = pending.get(id);
      if (known !== undefined) return known.end;
      const job = pendingJob(id, queued, context);
      pending.set(id, job);
      send(job).catch((error) => refuse(job, error));
      return job.end;
    },
    async close() {
      closing.abort();
      signal.removeEventListener("abort", stop);
      await events.close();
      await queue.close();
    },
  };
}

const succeeded = () => true;
const failed = () => false;

/** Seconds that a network file system may take to show what another machine has written. */
const LONGEST_DELAY = 60;

/** A result that a worker has written into the same folder. */
async function sharedResult(name: string, { store, signal, now }: JobContext): Promise<Artifact> {
  for (const until = now() + 1000 * LONGEST_DELAY; ; ) {
    try {
      return store.read(name);
    } catch (error) {
      if (now() > until) throw error;
    }
    await sleep(1000);
    signal.throwIfAborted();
  }
}

function deathError(received: string): InterpBenchError {
  return new InterpBenchError(
    "E_WORKER",
    "the workers of this job have died, one after the other",
    {
      received,
      hint: "Run it alone, without a queue: it may take more memory than there is.",
    },
  );
}
