import type { Redis } from "ioredis";
import { InterpBenchError, reasonOf } from "../../errors/index.ts";
import type { Progress } from "../../report/index.ts";
import type { QueueAddress } from "./address.ts";

/** The engine of queues, which is installed beside this package. */
export interface QueueEngine {
  readonly bullmq: typeof import("bullmq");
  readonly Redis: typeof import("ioredis").Redis;
}

/** The packages `bullmq` and `ioredis`, which are optional. `E_INSTALL` without them. */
export async function loadEngine(): Promise<QueueEngine> {
  try {
    const [bullmq, { Redis }] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, Redis };
  } catch (cause) {
    throw new InterpBenchError("E_INSTALL", "there is no engine for queues", {
      expected: 'the packages "bullmq" and "ioredis" beside this one',
      received: reasonOf(cause),
      hint: "Install them: npm install bullmq ioredis.",
      cause,
    });
  }
}

/** A connection to a queue's Redis, which is made again whenever it is lost. */
export interface Connection {
  readonly redis: Redis;
  /** To be told of every error of what uses the connection: each outage is told once. */
  readonly onError: (error: unknown) => void;
  close(): void;
}

/** Milliseconds within which Redis answers, or is not there. */
const TIMEOUT = 10_000;
const LONGEST_PAUSE = 5_000;

/**
 * Connects. `E_QUEUE` if nobody answers, or whoever does is no Redis or wants another password. Once connected,
 * outages are waited for, however long they take.
 */
export async function connect(
  { Redis }: QueueEngine,
  { connection, shown }: QueueAddress,
  { warn, note }: Pick<Progress, "warn" | "note">,
): Promise<Connection> {
  const state = { isUp: false, isOut: false };
  const redis = new Redis({
    ...connection,
    lazyConnect: true,
    connectTimeout: TIMEOUT,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (state.isUp ? Math.min(50 * 2 ** times, LONGEST_PAUSE) : null),
  });
  // ioredis rejects with "connection is closed", whatever was the matter.
  let reason: unknown;
  const onError = (error: unknown) => {
    reason = error;
    if (!state.isUp || state.isOut || redis.status === "ready") return;
    state.isOut = true;
    warn(
      `the queue at ${shown} does not answer, ${reasonOf(error)}; the work goes on when it does`,
    );
  };
  redis.on("error", onError);
  redis.on("ready", () => {
    if (state.isOut) note(`the queue at ${shown} answers again`);
    state.isOut = false;
  });
  try {
    await redis.connect();
    await redis.ping();
    state.isUp = true;
  } catch (cause) {
    redis.disconnect();
    throw new InterpBenchError("E_QUEUE", "there is no queue to be used", {
      at: shown,
      expected: "a Redis that answers, and takes the user and password of the address",
      received: reasonOf(reason ?? cause),
    });
  }
  return { redis, onError, close: () => redis.disconnect() };
}
