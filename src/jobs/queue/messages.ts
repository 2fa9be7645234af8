import { z } from "zod";
import type { BackendIdentity } from "../../engine/index.node.ts";
import { checkSchema } from "../../formats/index.ts";
import { packageVersion, RESULTS_SCHEMA } from "../../store/index.ts";
import { type Plan, parsePlan } from "../plan.ts";
import type { ErrorData } from "../workers/messages.ts";
import type { ProgressMessage } from "../workers/progress.ts";

/** A job as it lies in the queue: plain data, and nothing secret. */
export interface QueuedJob {
  readonly plan: Plan;
  /** What the plan has to come to: its content address. */
  readonly address: string;
  /** Do it although it is finished. */
  readonly force: boolean;
  /** Where relative names of files start. */
  readonly folder: string;
  /** The results folder of who asks, by its id. */
  readonly store: string;
  /** The results in it that the job is made from. */
  readonly parents: readonly string[];
}

/** An artefact on its way to another store: the SHA-256 of its files, by their names in the folder. */
export type Shipment = Readonly<Record<string, string>>;

/** How a job ended. A failure of the work is an answer, too, like that of a thread. */
export type QueueAnswer =
  | {
      readonly kind: "done";
      /** What the worker's store calls the result. */
      readonly name: string;
      /** Its files, if that is another store. */
      readonly shipment?: Shipment;
    }
  | { readonly kind: "failed"; readonly error: ErrorData };

/** What a worker says in the meantime: how far it is, and which parents it does not have. */
export type QueueMessage =
  | ProgressMessage
  | { readonly kind: "lacks"; readonly names: readonly string[] };

const queued = z.strictObject({
  plan: z.unknown(),
  address: z.string(),
  force: z.boolean(),
  folder: z.string(),
  store: z.string(),
  parents: z.array(z.string()),
});

/** A job of the queue, checked. `E_QUEUE` or `E_PLAN` if it is none. */
export function parseQueued(data: unknown, at: string): QueuedJob {
  const job = checkSchema(queued, data, "E_QUEUE", at);
  return { ...job, plan: parsePlan(job.plan, at) };
}

/**
 * The queue of jobs whose results are the same on all of its workers: those of this version of the package, of what
 * its results mean, and of one backend.
 */
export function queueName({ name, variant }: BackendIdentity): string {
  const parts = ["interpbench", packageVersion(), RESULTS_SCHEMA, name, variant];
  return parts.join("-").replace(/[^\w.-]+/g, "_");
}
