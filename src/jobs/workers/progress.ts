import type { JobOptions, Progress, ProgressJob, ProgressNumbers } from "../../report/index.ts";

/** A call of {@link Progress} as data; `job` numbers the jobs of one worker. */
export type ProgressMessage =
  | {
      readonly kind: "begin";
      readonly job: number;
      readonly name: string;
      readonly options: JobOptions;
    }
  | {
      readonly kind: "update";
      readonly job: number;
      readonly done: number;
      readonly numbers: ProgressNumbers;
    }
  | { readonly kind: "finish"; readonly job: number; readonly summary: string | undefined }
  | { readonly kind: "fail"; readonly job: number; readonly message: string }
  | { readonly kind: "note" | "warn"; readonly text: string };

/** Least milliseconds between two updates of a job: nobody looks more often. */
const INTERVAL = 100;

/** A progress that sends every call on, but updates only every `interval` milliseconds and before the end. */
export function sentProgress(
  send: (message: ProgressMessage) => void,
  now: () => number = Date.now,
  interval = INTERVAL,
): Progress {
  let jobs = 0;
  return {
    begin(name, options = {}) {
      const job = jobs++;
      send({ kind: "begin", job, name, options });
      let sentAt = now();
      let pending: { done: number; numbers: ProgressNumbers } | undefined;
      const flush = () => {
        if (pending !== undefined) send({ kind: "update", job, ...pending });
        pending = undefined;
        sentAt = now();
      };
      return {
        update(done, numbers) {
          pending = { done, numbers: { ...pending?.numbers, ...numbers } };
          if (now() - sentAt >= interval) flush();
        },
        finish(summary) {
          flush();
          send({ kind: "finish", job, summary });
        },
        fail(message) {
          flush();
          send({ kind: "fail", job, message });
        },
      };
    },
    note: (text) => send({ kind: "note", text }),
    warn: (text) => send({ kind: "warn", text }),
  };
}

/** The other end of {@link sentProgress}. */
export interface ProgressReceiver {
  receive(message: ProgressMessage): void;
  /** Lets the jobs that have not ended fail: nothing more will come. */
  failAll(message: string): void;
}

/** Makes the calls that arrive on `progress`. */
export function receivedProgress(progress: Progress): ProgressReceiver {
  const jobs = new Map<number, ProgressJob>();
  const end = (job: number): ProgressJob | undefined => {
    const line = jobs.get(job);
    jobs.delete(job);
    return line;
  };
  return {
    receive(message) {
      switch (message.kind) {
        case "begin":
          jobs.set(message.job, progress.begin(message.name, message.options));
          break;
        case "update":
          jobs.get(message.job)?.update(message.done, message.numbers);
          break;
        case "finish":
          end(message.job)?.finish(message.summary);
          break;
        case "fail":
          end(message.job)?.fail(message.message);
          break;
        default:
          progress[message.kind](message.text);
      }
    },
    failAll(message) {
      for (const job of [...jobs.keys()]) end(job)?.fail(message);
    },
  };
}
