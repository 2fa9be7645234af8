import { formatError, InterpBenchError } from "../../errors/index.ts";
import type { Progress } from "../../report/index.ts";
import type { JsonDocument } from "../command.ts";
import { Interrupted } from "../interrupt.ts";
import type { WorkerThread } from "../io.ts";
import { type Answer, errorOf, type Order, type Report } from "./messages.ts";
import { type ProgressReceiver, receivedProgress } from "./progress.ts";

/** Runs commands on threads: as many at a time as are asked for. */
export interface WorkerPool {
  /**
   * The document of a command, run by a thread that is free or else a new one; its progress is
   * shown here.
   *
   * Rejects with what the command throws, with `Interrupted` if it was told to stop, and with
   * `E_WORKER` if the thread died; the others go on.
   */
  run(command: string, options: Readonly<Record<string, unknown>>): Promise<JsonDocument>;
  /** Ends all threads at once. */
  close(): Promise<void>;
}

/** A pool without threads yet. When `signal` is aborted, all of them are told to stop. */
export function workerPool(
  start: () => WorkerThread,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): WorkerPool {
  const living = new Set<PoolWorker>();
  const employ = (): PoolWorker => {
    const worker = poolWorker(start(), progress, () => living.delete(worker));
    living.add(worker);
    return worker;
  };
  signal.addEventListener("abort", () => {
    for (const worker of living) worker.tell({ kind: "stop" });
  });
  return {
    async run(command, options) {
      const worker = [...living].find(({ isFree }) => isFree()) ?? employ();
      const answer = await worker.ask({ kind: "run", command, options });
      if (answer.kind === "done") return answer.document;
      throw answer.kind === "stopped" ? new Interrupted() : errorOf(answer.error);
    },
    async close() {
      await Promise.all(Array.from(living, (worker) => worker.terminate()));
    },
  };
}

/** A thread of the pool; it has one order at a time. */
interface PoolWorker {
  isFree(): boolean;
  tell(order: Order): void;
  /** Gives an order and waits for the answer; `E_WORKER` if the thread ends before. */
  ask(order: Order): Promise<Answer>;
  terminate(): Promise<unknown>;
}

function poolWorker(thread: WorkerThread, progress: Progress, onEnd: () => void): PoolWorker {
  interface Task {
    readonly receiver: ProgressReceiver;
    resolve(answer: Answer): void;
    reject(error: unknown): void;
  }
  let task: Task | undefined;
  let crash: unknown;
  thread.on("message", (report: Report) => {
    if (report.kind === "progress") task?.receiver.receive(report.message);
    else task?.resolve(report);
  });
  thread.on("error", (error) => {
    crash = error;
  });
  thread.on("exit", (code) => {
    onEnd();
    const error = deathError(code, crash);
    task?.receiver.failAll(formatError(error));
    task?.reject(error);
  });
  return {
    isFree: () => task === undefined,
    tell: (order) => thread.postMessage(order),
    async ask(order) {
      try {
        return await new Promise<Answer>((resolve, reject) => {
          task = { receiver: receivedProgress(progress), resolve, reject };
          thread.postMessage(order);
        });
      } finally {
        task = undefined;
      }
    },
    terminate: () => thread.terminate(),
  };
}

function deathError(exitCode: number, crash: unknown): InterpBenchError {
  return new InterpBenchError("E_WORKER", "the thread of this case has died", {
    received: crash === undefined ? `exit code ${exitCode}` : formatError(crash),
    hint: "If memory is short, run fewer cases at a time with --threads.",
    cause: crash,
  });
}
