import type { Redis } from "ioredis";

/** A worker that is there. */
export interface WorkerFacts {
  readonly id: string;
  /** The version of its package. */
  readonly version: string;
  readonly backend: string;
  /** The queue whose jobs it takes. */
  readonly queue: string;
}

const KEY = "interpbench:workers";

/** Seconds between two signs of life, and after which nobody counts who gives none. */
const BEAT = 5;
const SILENCE = 20;

/** Says every few seconds that a worker is there, until the returned function is called. */
export function announce(redis: Redis, facts: WorkerFacts): () => Promise<void> {
  const member = JSON.stringify(facts);
  const beat = async () => {
    const now = await secondsOf(redis);
    await redis.zadd(KEY, now, member);
    await redis.zremrangebyscore(KEY, "-inf", now - SILENCE);
  };
  // Where Redis is lost, that is told by the connection.
  const once = () => void beat().catch(() => {});
  const timer = setInterval(once, 1000 * BEAT);
  once();
  redis.on("ready", once);
  return async () => {
    clearInterval(timer);
    redis.off("ready", once);
    await redis.zrem(KEY, member);
  };
}

/** The workers that are there, of all versions and backends. */
export async function presentWorkers(redis: Redis): Promise<readonly WorkerFacts[]> {
  const since = (await secondsOf(redis)) - SILENCE;
  const members = await redis.zrangebyscore(KEY, since, "+inf");
  return members.map((member) => JSON.parse(member) as WorkerFacts);
}

/** Why nobody takes the jobs of a queue; `undefined` if somebody does. */
export function absenceText(
  workers: readonly WorkerFacts[],
  own: Pick<WorkerFacts, "queue" | "version" | "backend">,
): string | undefined {
  if (workers.some(({ queue }) => queue === own.queue)) return undefined;
  const wanted = `version ${own.version} with the backend ${own.backend}`;
  if (workers.length === 0) return `no workers are there; the jobs wait for some of ${wanted}`;
  const kinds = new Set(
    workers.map(({ version, backend }) => `version ${version} with ${backend}`),
  );
  return `only other workers are there (${[...kinds].join(", ")}); the jobs wait for some of ${wanted}`;
}

/** The clock of Redis, which all share. */
const secondsOf = async (redis: Redis) => Number((await redis.time())[0]);
