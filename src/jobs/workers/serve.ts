import type { Progress } from "../../report/index.ts";
import { Interrupted } from "../interrupt.ts";
import { type Answer, type Errand, errorData, type Order, type Report } from "./messages.ts";
import { sentProgress } from "./progress.ts";

/** A worker's end of the line to the program. */
export interface Port {
  on(event: "message", listener: (order: Order) => void): unknown;
  postMessage(report: Report): void;
}

/** What surrounds a task on a worker. */
export interface WorkerSurroundings {
  /** Shown by the program that has sent the errand. */
  readonly progress: Progress;
  /** Aborted when the worker is told to stop. */
  readonly signal: AbortSignal;
}

/** What a worker can do, by name; what goes in and comes out is plain data. */
export type Tasks = Readonly<
  Record<string, (data: never, surroundings: WorkerSurroundings) => Promise<unknown>>
>;

/** A worker's whole life: does what it is sent, one thing after the other. */
export function serveOrders(port: Port, tasks: Tasks, now: () => number = Date.now): void {
  const interruption = new AbortController();
  const send = (report: Report) => port.postMessage(report);
  port.on("message", (order) => {
    if (order.kind === "stop") {
      send({ kind: "stopping" });
      interruption.abort();
      return;
    }
    const progress = sentProgress((message) => send({ kind: "progress", message }), now);
    void answer(order.errand, tasks, { progress, signal: interruption.signal }).then(send);
  });
}

async function answer(
  { task, data }: Errand,
  tasks: Tasks,
  surroundings: WorkerSurroundings,
): Promise<Answer> {
  try {
    const work = tasks[task];
    if (work === undefined) throw new Error(`internal: this worker does not know "${task}"`);
    return { kind: "done", value: await work(data as never, surroundings) };
  } catch (error) {
    const isStopped = error instanceof Interrupted || error === surroundings.signal.reason;
    return isStopped ? { kind: "stopped" } : { kind: "failed", error: errorData(error) };
  }
}
