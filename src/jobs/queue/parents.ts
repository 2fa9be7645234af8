import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { InterpBenchError } from "../../errors/index.ts";
import type { JobContext } from "../context.ts";
import type { QueuedJob, QueueMessage, Shipment } from "./messages.ts";
import { fetchShipment, ship, takeOver } from "./shipment.ts";

const keyOf = (store: string, name: string) => `interpbench:parent:${store}:${name}`;

/** Seconds that a parent lies in Redis. */
const KEPT = 3600;

/** Seconds to wait for a parent, and milliseconds between two looks. */
const LONGEST_WAIT = 60;
const LOOK_INTERVAL = 100;

/**
 * Fetches what a job is made from, as far as this store does not have it: asks for it with `tell`, and waits. Gives
 * what this store calls it. `E_QUEUE` if nobody sends it.
 */
export async function fetchParents(
  { store: asker, parents }: QueuedJob,
  context: JobContext,
  redis: Redis,
  tell: (message: QueueMessage) => void,
): Promise<ReadonlyMap<string, string>> {
  const { store, signal, now } = context;
  const names = new Map<string, string>();
  const missing = parents.filter((name) => !has(context, name));
  if (missing.length > 0) tell({ kind: "lacks", names: missing });
  const until = now() + 1000 * LONGEST_WAIT;
  for (const name of missing) {
    for (;;) {
      const text = await redis.get(keyOf(asker, name));
      if (text !== null) {
        const files = await fetchShipment(JSON.parse(text) as Shipment, redis);
        names.set(name, store.nameOf(await takeOver(files, context, false)));
        break;
      }
      if (now() > until) {
        throw new InterpBenchError("E_QUEUE", "what the job is made from does not arrive", {
          at: name,
          expected: `whoever asks for the job to send it within ${LONGEST_WAIT} s`,
          received: "nothing",
        });
      }
      await sleep(LOOK_INTERVAL);
      signal.throwIfAborted();
    }
  }
  return names;
}

/** Puts results into Redis for workers that lack them; `asker` is the id of their store. */
export async function sendParents(
  names: readonly string[],
  asker: string,
  { store }: JobContext,
  redis: Redis,
): Promise<void> {
  for (const name of names) {
    const shipment = await ship(store.read(name), redis);
    await redis.set(keyOf(asker, name), JSON.stringify(shipment), "EX", KEPT);
  }
}

function has({ store }: JobContext, name: string): boolean {
  try {
    store.read(name);
    return true;
  } catch {
    return false;
  }
}
