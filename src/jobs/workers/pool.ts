import { formatError, InterpBenchError } from "../../errors/index.ts";
import type { Progress } from "../../report/index.ts";
import { Interrupted } from "../interrupt.ts";
import {
  type Answer,
  type Errand,
  errorOf,
  type Order,
  type Report,
  type WorkerThread,
} from "./messages.ts";
import { type ProgressReceiver, receivedProgress } from "./progress.ts";

/** Runs errands on threads: as many at a time as are asked for. */
export interface WorkerPool {
  /**
   * What comes of an errand, done by a thread that is free or else a new one; its progress goes to
   * `progress`, by default that of the pool.
   *
   * Rejects with what the task throws, with `Interrupted` if it was told to stop, and with
   * `E_WORKER` if the thread died; the others go on.
   */
  run(errand: Errand, progress?: Progress): Promise<unknown>;
  /**
   * The same for an errand that runs a program which is not ours. If the thread ends early, it is
   * that program's doing: `E_PROGRAM`.
   */
  runForeign(errand: Errand): Promise<unknown>;
  /** Ends all threads at once. */
  close(): Promise<void>;
}

/**
 * How long a thread that runs a program which is not ours may be deaf to the interruption before it
 * is ended, in seconds: something in it may never end. Others get the time of all interrupted work.
 */
const DEAF_SECONDS = 1;

/** A pool without threads yet. When `signal` is aborted, all of them are told to stop. */
export function workerPool(
  start: () => WorkerThread,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): WorkerPool {
  const living = new Set<PoolWorker>();
  const employ = (): PoolWorker => {
    const worker = poolWorker(start(), signal, () => living.delete(worker));
    living.add(worker);
    return worker;
  };
  signal.addEventListener("abort", () => {
    for (const worker of living) worker.stop();
  });
  const ask = async (
    errand: Errand,
    deathError: DeathError,
    shownTo = progress,
  ): Promise<unknown> => {
    const worker = [...living].find(({ isFree }) => isFree()) ?? employ();
    const answer = await worker.ask({ kind: "run", errand }, deathError, shownTo);
    if (answer.kind === "done") return answer.value;
    throw answer.kind === "stopped" ? new Interrupted() : errorOf(answer.error);
  };
  return {
    run: (errand, shownTo) => ask(errand, deathOfCase, shownTo),
    runForeign: (errand) => ask(errand, deathByProgram),
    async close() {
      await Promise.all(Array.from(living, (worker) => worker.terminate()));
    },
  };
}

/** A thread of the pool; it has one order at a time. */
interface PoolWorker {
  isFree(): boolean;
  /** Tells it to stop. */
  stop(): void;
  /** Gives an order and waits for the answer; throws `deathError` if the thread ends before. */
  ask(order: Order, deathError: DeathError, progress: Progress): Promise<Answer>;
  terminate(): Promise<unknown>;
}

/** What is said of a thread that ended with an exit code, or because something was thrown in it. */
type DeathError = (exitCode: number, crash: unknown) => InterpBenchError;

function poolWorker(thread: WorkerThread, signal: AbortSignal, onEnd: () => void): PoolWorker {
  interface Task {
    readonly receiver: ProgressReceiver;
    readonly deathError: DeathError;
    resolve(answer: Answer): void;
    reject(error: unknown): void;
  }
  let task: Task | undefined;
  let crash: unknown;
  let deaf: ReturnType<typeof setTimeout> | undefined;
  thread.on("message", (report: Report) => {
    if (report.kind === "progress") task?.receiver.receive(report.message);
    else if (report.kind === "stopping") clearTimeout(deaf);
    else task?.resolve(report);
  });
  thread.on("error", (error) => {
    crash = error;
  });
  thread.on("exit", (code) => {
    onEnd();
    clearTimeout(deaf);
    if (task === undefined) return;
    const error = signal.aborted ? new Interrupted() : task.deathError(code, crash);
    task.receiver.failAll(signal.aborted ? "stopped" : formatError(error));
    task.reject(error);
  });
  return {
    isFree: () => task === undefined,
    stop() {
      if (task?.deathError === deathByProgram) {
        deaf = setTimeout(() => void thread.terminate(), 1000 * DEAF_SECONDS);
      }
      thread.postMessage({ kind: "stop" });
    },
    async ask(order, deathError, progress) {
      try {
        return await new Promise<Answer>((resolve, reject) => {
          task = { receiver: receivedProgress(progress), deathError, resolve, reject };
          thread.postMessage(order);
        });
      } finally {
        task = undefined;
      }
    },
    terminate: () => thread.terminate(),
  };
}

const deathOfCase: DeathError = (exitCode, crash) => {
  return new InterpBenchError("E_WORKER", "the thread of this case has died", {
    received: crash === undefined ? `exit code ${exitCode}` : formatError(crash),
    hint: "If memory is short, run fewer cases at a time with `threads`.",
    cause: crash,
  });
};

const deathByProgram: DeathError = (exitCode, crash) => {
  const isExit = crash === undefined;
  return new InterpBenchError("E_PROGRAM", "the file does more than define a program", {
    expected: "a module that only exports a program, or an algorithm, and what belongs to it",
    received: isExit ? `process.exit(${exitCode})` : `an error out of turn: ${formatError(crash)}`,
    hint: isExit
      ? "Remove the call: it would end the whole work."
      : "Something that it started, such as a timer or a promise, has failed.",
    cause: crash,
  });
};
