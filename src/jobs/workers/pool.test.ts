import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { formatError } from "../../errors/index.ts";
import { createProgress } from "../../report/index.ts";
import { Interrupted } from "../interrupt.ts";
import { type WorkerPool, workerPool } from "./pool.ts";

/* Real threads that speak the protocol, but do something simpler than jobs. */

const THREAD = `
  const { parentPort, threadId } = require("node:worker_threads");
  const tell = (message) => parentPort.postMessage({ kind: "progress", message });
  const ends = {
    work: (options) => parentPort.postMessage({ kind: "done", value: { threadId, ...options } }),
    wait: () => undefined,
    exit: () => process.exit(7),
    throw: () => setTimeout(() => { throw new RangeError("oops"); }),
    loop: () => { for (;;); },
    tell: () => parentPort.postMessage({ kind: "done", value: { of: 1 } }),
    exhaust: () => { for (const all = []; ; ) all.push(new Array(1e5).fill(all)); },
  };
  parentPort.on("message", (order) => {
    if (order.kind === "stop") return parentPort.postMessage({ kind: "stopped" });
    tell({ kind: "begin", job: 0, name: order.errand.task, options: {} });
    ends[order.errand.task](order.errand.data);
  });
`;

let pool: WorkerPool;
afterEach(() => pool.close());

function open() {
  const controller = new AbortController();
  const written: string[] = [];
  let started = 0;
  const start = () => {
    started += 1;
    const resourceLimits = { maxOldGenerationSizeMb: 32 };
    return new Worker(THREAD, { eval: true, resourceLimits });
  };
  const progress = createProgress({ mode: "plain", write: (text) => written.push(text) });
  pool = workerPool(start, { progress, signal: controller.signal });
  return { controller, written, started: () => started };
}

const errand = (task: string, data: object = {}) => ({ task, data });

const work = async (id: number) =>
  (await pool.run(errand("work", { id }))) as { readonly id: number; readonly threadId: number };

describe("a pool of workers", () => {
  it("starts no thread before there is work, and uses those it has again", async () => {
    const { started } = open();
    expect(started()).toBe(0);
    const first = await work(1);
    expect(await work(2)).toEqual({ ...first, id: 2 });
    const both = await Promise.all([work(3), work(4)]);
    expect(both.map(({ id }) => id)).toEqual([3, 4]);
    expect(new Set(both.map(({ threadId }) => threadId)).size).toBe(2);
    expect(started()).toBe(2);
  });

  it.each([
    ["exit", "exit code 7"],
    ["throw", "RangeError: oops"],
    ["exhaust", "Error: Worker terminated due to reaching memory limit: JS heap out of memory"],
  ])("outlives a thread that dies (%s), and so do other threads", async (death, reason) => {
    const { written } = open();
    const waiting = pool.run(errand("wait")).catch(formatError);
    const message = `E_WORKER: the thread of this case has died — received ${reason}. If memory is short, run fewer cases at a time with \`threads\`.`;
    expect(await pool.run(errand(death)).catch(formatError)).toBe(message);
    expect(written).toEqual([`✗ ${death}  ${message}\n`]);
    expect(await work(1)).toMatchObject({ id: 1 });
    const isWaiting = await Promise.race([waiting, Promise.resolve("still waiting")]);
    expect(isWaiting).toBe("still waiting");
  });

  it("tells all threads to stop when the user interrupts", async () => {
    const { controller } = open();
    const running = Promise.allSettled([pool.run(errand("wait")), pool.run(errand("wait"))]);
    controller.abort();
    expect(await running).toEqual(
      Array.from({ length: 2 }, () => ({ status: "rejected", reason: new Interrupted() })),
    );
  });

  it("ends the thread of a program that never ends when the user interrupts", async () => {
    const { controller } = open();
    const running = pool.runForeign(errand("loop")).catch((error) => error);
    controller.abort();
    expect(await running).toEqual(new Interrupted());
  });

  it("gives what comes of a program which is not ours", async () => {
    open();
    expect(await pool.runForeign(errand("tell"))).toEqual({ of: 1 });
  });

  it.each([
    ["exit", "process.exit(7). Remove the call: it would end the whole work."],
    ["throw", "an error out of turn: RangeError: oops. Something that it started"],
    ["exhaust", "an error out of turn: Error: Worker terminated due to reaching memory limit"],
  ])("says of such a program that its thread died of it (%s)", async (death, reason) => {
    open();
    const message = await pool.runForeign(errand(death)).catch(formatError);
    expect(message).toContain("E_PROGRAM: the file does more than define a program");
    expect(message).toContain(reason);
  });
});
