import type { JobContext } from "../context.ts";
import type { DoneJob } from "../run-job.ts";
import { receivedProgress } from "../workers/progress.ts";
import type { QueuedJob, QueueMessage } from "./messages.ts";

/** A job that somebody else does, until it has ended. */
export interface PendingJob {
  readonly id: string;
  readonly queued: QueuedJob;
  readonly context: JobContext;
  /** Resolves or rejects when the job has ended. */
  readonly end: Promise<DoneJob>;
  /** Whether an answer has come, and is being looked at. */
  isAnswered: boolean;
  /** Shows how far it is. */
  show(message: Exclude<QueueMessage, { kind: "lacks" }>): void;
  /** Its worker has gone: what it showed has come to nothing. */
  lose(): void;
  resolve(job: DoneJob): void;
  reject(error: unknown): void;
}

/** A job that has just been sent; what it says goes to the progress of the context. */
export function pendingJob(id: string, queued: QueuedJob, context: JobContext): PendingJob {
  let receiver = receivedProgress(context.progress);
  const settled: { resolve(job: DoneJob): void; reject(error: unknown): void } = {} as never;
  const end = new Promise<DoneJob>((resolve, reject) =>
    Object.assign(settled, { resolve, reject }),
  );
  return {
    id,
    queued,
    context,
    end,
    isAnswered: false,
    show: (message) => receiver.receive(message),
    lose() {
      receiver.failAll("its worker has gone; it is done again");
      receiver = receivedProgress(context.progress);
    },
    resolve(job) {
      receiver.failAll("ended");
      settled.resolve(job);
    },
    reject(error) {
      receiver.failAll("stopped");
      settled.reject(error);
    },
  };
}
