import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { formatError } from "../../errors/index.ts";
import { createProgress, styleOf } from "../../report/index.ts";
import { Interrupted } from "../interrupt.ts";
import { type WorkerPool, workerPool } from "./pool.ts";

/* Real threads that speak the protocol, but do something simpler than commands. */

const THREAD = `
  const { parentPort, threadId } = require("node:worker_threads");
  const tell = (message) => parentPort.postMessage({ kind: "progress", message });
  const ends = {
    work: (options) => parentPort.postMessage({ kind: "done", document: { threadId, ...options } }),
    wait: () => undefined,
    exit: () => process.exit(7),
    throw: () => setTimeout(() => { throw new RangeError("oops"); }),
    loop: () => { for (;;); },
    tell: () => parentPort.postMessage({ kind: "done", document: { of: 1 }, output: { kind: "own", exitCode: 0, text: "told" } }),
    exhaust: () => { for (const all = []; ; ) all.push(new Array(1e5).fill(all)); },
  };
  parentPort.on("message", (order) => {
    if (order.kind === "stop") return parentPort.postMessage({ kind: "stopped" });
    tell({ kind: "begin", job: 0, name: order.command, options: {} });
    ends[order.command](order.options);
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

describe("a pool of workers", () => {
  it("starts no thread before there is work, and uses those it has again", async () => {
    const { started } = open();
    expect(started()).toBe(0);
    const first = await pool.run("work", { id: 1 });
    expect(await pool.run("work", { id: 2 })).toEqual({ ...first, id: 2 });
    const both = await Promise.all([pool.run("work", { id: 3 }), pool.run("work", { id: 4 })]);
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
    const waiting = pool.run("wait", {}).catch(formatError);
    const message = `E_WORKER: the thread of this case has died — received ${reason}. If memory is short, run fewer cases at a time with --threads.`;
    expect(await pool.run(death, {}).catch(formatError)).toBe(message);
    expect(written).toEqual([`✗ ${death}  ${message}\n`]);
    expect(await pool.run("work", { id: 1 })).toMatchObject({ id: 1 });
    const isWaiting = await Promise.race([waiting, Promise.resolve("still waiting")]);
    expect(isWaiting).toBe("still waiting");
  });

  it("tells all threads to stop when the user interrupts", async () => {
    const { controller } = open();
    const running = Promise.allSettled([pool.run("wait", {}), pool.run("wait", {})]);
    controller.abort();
    expect(await running).toEqual(
      Array.from({ length: 2 }, () => ({ status: "rejected", reason: new Interrupted() })),
    );
  });

  it("ends the thread of a program that never ends when the user interrupts", async () => {
    const { controller } = open();
    const running = pool.runForeign("loop", {}, { colours: false }).catch((error) => error);
    controller.abort();
    expect(await running).toEqual(new Interrupted());
  });

  it("gives the whole output of a command that runs a program which is not ours", async () => {
    open();
    const { kind, document, text } = await pool.runForeign("tell", {}, { colours: false });
    expect([kind, document, text(styleOf(false))]).toEqual(["own", { of: 1 }, "told"]);
  });

  it.each([
    ["exit", "process.exit(7). Remove the call: it would end the whole work."],
    ["throw", "an error out of turn: RangeError: oops. Something that it started"],
    ["exhaust", "an error out of turn: Error: Worker terminated due to reaching memory limit"],
  ])("says of such a program that its thread died of it (%s)", async (death, reason) => {
    open();
    const message = await pool.runForeign(death, {}, { colours: false }).catch(formatError);
    expect(message).toContain("E_PROGRAM: the program file does more than define a program");
    expect(message).toContain(reason);
  });
});
