import { EventEmitter } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { formatError, InterpBenchError } from "../errors/index.ts";
import { UsageError } from "../flags/index.ts";
import {
  type JobKind,
  jobTasks,
  type Order,
  type Plan,
  type RunningJob,
  serveOrders,
  type WorkerThread,
  workerPool,
} from "../jobs/index.ts";
import { createProgress } from "../report/index.ts";
import { defineCommand } from "./command.ts";
import { memoryIo } from "./io.testing.ts";
import type { Io } from "./io.ts";
import { runJobs } from "./jobs.ts";
import { caseOptions, selectIds } from "./options/cases.ts";
import { jobOptions } from "./options/common.ts";
import { engineOf, engineOptions } from "./options/engine.ts";
import { runCli } from "./run.ts";
import { commandTasks } from "./thread-tasks.ts";
import { runIsolated } from "./threads.ts";

/* The whole way of several cases, with workers that are no threads but speak over a channel. */

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "workers-"));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
  onTurn = () => undefined;
});

/** Is told every turn that a case has had. */
let onTurn = (_id: string, _turn: number): void => undefined;

/** A signal that is aborted when these cases have all had three turns. */
function abortedAt(ids: readonly string[]): AbortSignal {
  const controller = new AbortController();
  const waiting = new Set(ids);
  onTurn = (id, turn) => {
    if (turn >= 3) waiting.delete(id);
    if (waiting.size === 0) controller.abort();
  };
  return controller.signal;
}

/** Counts to the number of the case in turns of the event loop, with its state saved on the way. */
async function count(job: RunningJob, id: string, threads: number) {
  const { draft, checkpoint, begin, signal } = job;
  const first = checkpoint.restore((state) => Number(Buffer.from(state).toString())) ?? 0;
  const line = begin("turns", Number(id), { done: first });
  for (let turn = first; turn < Number(id); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (signal.aborted) {
      checkpoint.save(String(turn));
      throw signal.reason;
    }
    line.update(turn + 1);
    onTurn(id, turn + 1);
    if (id === "30" && turn === 20) throw new InterpBenchError("E_DATA", "thirty is even");
  }
  draft.write("notes.txt", `counted to ${id}`);
  return { case: id, first, threads, seconds: 0 };
}

const countingKind: JobKind = {
  name: "count",
  title: "count",
  usesEngine: false,
  async prepare({ subject, engine }) {
    const { id } = subject.case as { readonly id: string };
    return { case: id, config: { id }, run: (job) => count(job, id, engine!.threads) };
  },
};

const counting = defineCommand({
  path: ["count"],
  summary: "Count to the number of a case",
  options: z.object({ ...caseOptions, ...jobOptions, ...engineOptions }),
  run: (context, options) =>
    runJobs(context, options, {
      kind: "count",
      kinds: [countingKind],
      jobs: selectIds(options.indices, ["5", "30", "60", "200"]).map((id) => ({
        case: id,
        plan: { kind: "count", subject: { case: { id } }, engine: engineOf(options) },
      })),
      text: (document) => `counted to ${document.case}\n`,
    }),
});

/** A worker in this process; `orders` remembers the cases it was given. */
function channelWorker(io: Pick<Io, "now">, orders: string[]): WorkerThread {
  const { port1, port2 } = new MessageChannel();
  serveOrders(port2, jobTasks([countingKind], io.now), io.now);
  const events = new EventEmitter();
  port1.on("message", (report) => events.emit("message", report));
  return Object.assign(events, {
    postMessage(order: Parameters<WorkerThread["postMessage"]>[0]) {
      if (order.kind === "run") {
        const { plan } = order.errand.data as { readonly plan: Plan };
        orders.push((plan.subject.case as { readonly id: string }).id);
      }
      port1.postMessage(order);
    },
    terminate: async () => port1.close(),
  });
}

async function run(line: string, overrides: Partial<Io> = {}) {
  const { io, written } = memoryIo({ cwd, now: () => 0, ...overrides });
  const workers: string[][] = [];
  const startWorker = () => {
    const orders: string[] = [];
    workers.push(orders);
    return channelWorker(io, orders);
  };
  const words = ["count", ...line.split(" ")];
  const commands = { commands: [counting], groups: {} };
  const exitCode = await runCli(words, { ...io, startWorker }, commands);
  return { exitCode, workers, ...written };
}

/** A file without how long processors were at work, which no clock of a test decides. */
const lasting = (text: string) => text.replace(/"processorSeconds": [^,\n]*/, "");

describe("several cases on several threads", () => {
  it("run side by side, each with its share of the threads, and are listed in their order", async () => {
    const { exitCode, stdout, workers } = await run("-i 5,60,200 --threads 2 --json");
    expect(exitCode).toBe(0);
    expect(workers).toEqual([["5", "200"], ["60"]]);
    const { schema, results, failures } = JSON.parse(stdout);
    expect(schema).toBe("interpbench/batch@1");
    expect(results).toMatchObject([
      { case: "5", threads: 1 },
      { case: "60", threads: 1 },
      { case: "200", threads: 1 },
    ]);
    expect(failures).toEqual([]);
    const wide = await run("-i 5,60 --threads 5 --force --json");
    expect(wide.workers).toEqual([["5"], ["60"]]);
    expect(JSON.parse(wide.stdout).results).toMatchObject([{ threads: 2 }, { threads: 2 }]);
  });

  it("are no workers' business if there is one thread, one case, or nothing to do", async () => {
    for (const line of ["-i 5,60 --threads 1", "-i 5 --threads 4", "--threads 4 --dry-run"]) {
      expect(await run(line)).toMatchObject({ exitCode: 0, workers: [] });
    }
  });

  it("write and say the same as one after the other, failures included", async () => {
    const first = await run("-i 5,30,60 --threads 1 -o same --json");
    const folders = readdirSync(join(cwd, "same/count"), { recursive: true, encoding: "utf8" });
    const contents = () =>
      folders
        .filter((name) => /\.\w+$/.test(name))
        .map((name) => [name, lasting(readFileSync(join(cwd, "same/count", name), "utf8"))]);
    const before = contents();
    expect(before).toHaveLength(4);
    rmSync(join(cwd, "same"), { recursive: true });
    const second = await run("-i 5,30,60 --threads 3 -o same --json");
    expect(second.workers).toHaveLength(3);
    expect(second.exitCode).toBe(1);
    expect(second.stdout).toBe(first.stdout);
    expect(JSON.parse(second.stdout).failures).toMatchObject([{ case: "30", code: "E_DATA" }]);
    expect(contents()).toEqual(before);
    expect(second.stderr).toContain("✗ count 30  E_DATA: thirty is even\n");
    expect(second.stderr).toContain("warning: count 30: E_DATA: thirty is even\n");
  });

  it("tell how far they are", async () => {
    const { stderr } = await run("-i 5,200 --threads 2 --log json");
    const events = stderr
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    for (const job of ["count 5", "count 200"]) {
      const own = events.filter((event) => event.job === job);
      expect([own[0].event, own[0].done]).toEqual(["progress", 0]);
      expect([own.at(-1).event, own.at(-1).done]).toEqual(["done", own[0].total]);
    }
  });

  it("are used again when they are finished", async () => {
    await run("-i 5 --threads 1");
    const { stderr } = await run("-i 5,60 --threads 2");
    expect(stderr).toMatch(/^count 5 {2}finished already, see results\/count\/5\/\w+$/m);
  });

  it("all save on Ctrl-C, and go on afterwards", async () => {
    const signal = abortedAt(["60", "200"]);
    const stopped = await run("-i 60,200 --threads 2", { signal });
    expect(stopped).toMatchObject({ exitCode: 130, stdout: "", workers: [["60"], ["200"]] });
    expect(stopped.stderr.split("\n").sort()).toEqual([
      "",
      "interrupted",
      "✗ count 200  stopped; the same command goes on from here",
      "✗ count 60  stopped; the same command goes on from here",
    ]);
    const { exitCode, stdout } = await run("-i 60,200 --threads 2 --json");
    expect(exitCode).toBe(0);
    for (const { first } of JSON.parse(stdout).results) expect(first).toBeGreaterThan(0);
  });

  it("begin nothing after Ctrl-C", async () => {
    const signal = abortedAt(["30", "60"]);
    const { exitCode, workers } = await run("-i 60,200,30 --threads 2", { signal });
    expect([exitCode, workers]).toEqual([130, [["30"], ["60"]]]);
  });
});

describe("a command on a thread", () => {
  it("that is called wrongly fails as it does here", async () => {
    const refused = defineCommand({
      path: ["refused"],
      summary: "Be called wrongly",
      options: z.object({}),
      run: () => {
        throw new UsageError("E_OPTION", "too many edges", { at: "edgeCount" });
      },
    });
    const { io } = memoryIo({ cwd });
    const { port1, port2 } = new MessageChannel();
    serveOrders(
      port2,
      commandTasks([refused], (signal) => ({ ...io, signal })),
    );
    const thread = Object.assign(new EventEmitter(), {
      postMessage: (order: Order) => port1.postMessage(order),
      terminate: async () => port1.close(),
    });
    port1.on("message", (report) => thread.emit("message", report));
    const progress = createProgress({ mode: "plain", write: () => {} });
    const pool = workerPool(() => thread, { progress, signal: io.signal });
    const order = { command: "refused", options: {}, colours: false };
    const error = await runIsolated(pool, order).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(formatError(error)).toBe("E_OPTION: too many edges (at edgeCount)");
    await pool.close();
  });
});
