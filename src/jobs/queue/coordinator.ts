import { randomUUID } from "node:crypto";
import { type BackendIdentity, resolveBackend } from "../../engine/index.node.ts";
import { storeId } from "../../store/index.ts";
import type { JobContext } from "../context.ts";
import { DEFAULT_ENGINE, type EngineChoice } from "../engine.ts";
import { type Plan, parentsOf } from "../plan.ts";
import { type DoneJob, finishedJob, preparePlan, type RunOptions } from "../run-job.ts";
import { queueAddress } from "./address.ts";
import { type Channel, openChannel } from "./channel.ts";
import { connect, loadEngine } from "./connection.ts";

/** Other machines that do jobs (`serveQueue`). */
export interface JobQueue {
  /** How many jobs may lie in the queue at a time. */
  readonly lanes: number;
  /**
   * Has a plan done, or finds its finished result: like `runPlan`. A job of the same address that somebody else asks
   * for is the same job. Rejects with what the work throws on its worker, and with `E_WORKER` if several workers died
   * of it.
   */
  run(plan: Plan, context: JobContext, options?: RunOptions): Promise<DoneJob>;
  close(): Promise<void>;
}

/** Enough for two thousand workers of two jobs each, and some to come; a job takes some kB of Redis. */
const MOST_JOBS = 5000;

/** Seconds between two rounds of looking after jobs. */
const LOOK = 5;

/** Options of {@link withJobQueue}. */
export interface QueueOptions {
  /** Seconds between two rounds of looking after the jobs. Default 5. */
  readonly look?: number;
}

/**
 * Runs `work` with the queue at `address` (`redis://…`), or without one where none is given, and leaves it afterwards.
 * When `context.signal` is aborted, jobs that no worker has begun are taken back, and the signal's reason is thrown.
 *
 * `E_QUEUE` if the address is none or nobody answers there, `E_INSTALL` without the packages `bullmq` and `ioredis`.
 */
export async function withJobQueue<T>(
  address: string | undefined,
  context: JobContext,
  work: (queue: JobQueue | undefined) => Promise<T>,
  options: QueueOptions = {},
): Promise<T> {
  if (address === undefined) return work(undefined);
  const queue = await openJobQueue(address, context, options);
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

async function openJobQueue(
  address: string,
  around: JobContext,
  { look = LOOK }: QueueOptions,
): Promise<JobQueue> {
  const place = queueAddress(address);
  const engine = await loadEngine();
  const store = storeId(around.store.root);
  const connection = await connect(engine, place, around.progress);
  const channels = new Map<string, Promise<Channel>>();
  const channelOf = (backend: BackendIdentity) => {
    const key = `${backend.name} ${backend.variant}`;
    const open = channels.get(key) ?? openChannel(backend, engine, connection, around, look);
    channels.set(key, open);
    return open;
  };
  const backends = new Map<EngineChoice["backend"], Promise<BackendIdentity>>();
  const backendOf = ({ engine: { backend } = DEFAULT_ENGINE }: Plan) => {
    const found = backends.get(backend) ?? resolveBackend(backend);
    backends.set(backend, found);
    return found;
  };
  /** One plan after the other is prepared, so that the first jobs are sent while others are looked at. */
  let turn: Promise<unknown> = Promise.resolve();
  return {
    lanes: MOST_JOBS,
    async run(plan, context, options = {}) {
      const preparing = turn.then(() => preparePlan(plan, context, options));
      turn = preparing.catch(() => {});
      const { input, address, work } = await preparing;
      context.signal.throwIfAborted();
      const { force = false } = options;
      const finished = force
        ? undefined
        : finishedJob(input, context, `${plan.kind} ${input.case}`);
      if (finished !== undefined) return finished;
      const channel = await channelOf(await backendOf(plan));
      const id = `${input.kind}/${input.case}/${address}`;
      const parents = [...new Set([...parentsOf(plan), ...(work.parents ?? [])])];
      const { folder } = context;
      return channel.ask(
        force ? `${id}-again-${randomUUID()}` : id,
        { plan, address, force, folder, store, parents },
        context,
      );
    },
    async close() {
      try {
        for (const channel of channels.values()) await (await channel).close();
      } finally {
        connection.close();
      }
    },
  };
}
