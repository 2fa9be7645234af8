import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatError } from "../src/errors/index.ts";
import {
  type JobGraph,
  type JobOutcome,
  jobContext,
  type Plan,
  runGraph,
  runPlan,
  withJobQueue,
} from "../src/jobs/index.ts";
import { contentOf } from "../src/store/index.ts";
import { builtPackage } from "./build.testing.ts";
import { redisServer, type TestRedis, testRedis } from "./redis.testing.ts";

/* Queues with a real Redis, and workers that are processes with threads, as the package is built. */

if (redisServer === undefined) {
  console.log("there is no redis-server: the tests of queues are skipped");
}

const engine = { backend: "wasm", threads: 1 } as const;
const eap = (id: string, edgeCount = 4): Plan => ({
  kind: "run-eap",
  subject: { case: { id }, model: { kind: "tracr" } },
  config: { params: { edgeCount }, dataSize: 20 },
  engine,
});
/** Takes some time for each epoch, and can be interrupted anywhere. */
const training = (epochs: number): Plan => ({
  kind: "train-iit",
  subject: { case: { id: "3" } },
  config: {
    recipe: { epochs, trainPairs: 1024, validationPairs: 16, earlyStop: false },
    numSamples: 500,
  },
  engine,
});

/** Seconds after which a silent worker is given up, and between two looks of who asks. */
const PATIENCE = 1.5;
const LOOK = 0.3;

describe.skipIf(redisServer === undefined)("a queue", () => {
  let redis: TestRedis;
  let bundle: string;
  let cwd: string;
  const processes: ChildProcess[] = [];
  beforeAll(async () => {
    [redis, bundle] = await Promise.all([testRedis(), builtPackage()]);
  });
  afterAll(async () => {
    await redis?.stop();
  });
  beforeEach(async () => {
    cwd = mkdtempSync(join(tmpdir(), "queue-"));
    await redis.use((client) => client.flushall());
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map(ended));
    rmSync(cwd, { recursive: true });
  });

  const ended = (child: ChildProcess) =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
      else child.once("exit", resolve).kill("SIGKILL");
    });

  /** A process that does something with the jobs of a bundle, and what it has printed so far. */
  function start(source: string, from = bundle) {
    const file = join(cwd, `${processes.length}.mjs`);
    writeFileSync(
      file,
      `import * as jobs from ${JSON.stringify(join(from, "jobs/index.js"))};
      const interruption = new AbortController();
      process.on("SIGINT", () => interruption.abort());
      const begin = (name) => {
        console.log(name + "  begun");
        return { update() {}, finish() {}, fail() {} };
      };
      const progress = { begin, note: console.log, warn: console.log };
      const contextIn = (folder) =>
        jobs.jobContext(folder, { progress, signal: interruption.signal });
      ${source}`,
    );
    const child = spawn(process.execPath, [file], { cwd });
    processes.push(child);
    const state = { text: "", wake: () => {} };
    const hear = (data: unknown) => {
      state.text += data;
      state.wake();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const count = (pattern: RegExp) =>
      state.text.match(new RegExp(pattern.source, "gm"))?.length ?? 0;
    return {
      child,
      text: () => state.text,
      count,
      /** Waits until it has said this, so many times: an answer may be here before its last words are. */
      async says(pattern: RegExp, times = 1) {
        while (count(pattern) < times) {
          await new Promise<void>((resolve) => {
            state.wake = resolve;
          });
        }
      },
    };
  }

  /** A worker that is ready. */
  async function startWorker(folder = "results", from = bundle) {
    const worker = start(
      `const context = contextIn(${JSON.stringify(folder)});
      const workers = jobs.jobThreads(context);
      const options = { engine: ${JSON.stringify(engine)}, workers, patience: ${PATIENCE} };
      try {
        await jobs.serveQueue(${JSON.stringify(redis.url)}, context, options);
      } catch (error) {
        console.log(error.name);
      }
      await workers.close();`,
      from,
    );
    await worker.says(/^takes/m);
    return worker;
  }

  const told: string[] = [];
  const contextIn = (folder = "results", signal = new AbortController().signal) => {
    told.length = 0;
    const tell = (text: string) => void told.push(text);
    const begin = (name: string) => {
      tell(`${name} begins`);
      return { update() {}, finish: () => tell(`${name} ends`), fail: tell };
    };
    return jobContext(join(cwd, folder), { signal, progress: { begin, note: tell, warn: tell } });
  };

  const ask = <Name extends string>(graph: JobGraph<Name>, context = contextIn()) =>
    withJobQueue(redis.url, context, (queue) => runGraph(graph, context, { queue }), {
      look: LOOK,
    });

  const textOf = (outcome: JobOutcome) =>
    outcome.kind === "done" ? outcome.job.name : formatError(outcome.error);
  const contentsOf = (outcomes: Readonly<Record<string, JobOutcome>>) =>
    Object.values(outcomes).map((outcome) =>
      outcome.kind === "done" ? contentOf(outcome.job.artifact) : textOf(outcome),
    );
  const made = (kind: string, id = "3", folder = "results") =>
    readdirSync(join(cwd, folder, kind, id)).filter((name) => !name.startsWith("."));

  it("has jobs done in a shared folder, with the results and failures they have here", async () => {
    const worker = await startWorker();
    const graph = { three: eap("3"), four: eap("4"), bad: eap("3", 10_000) };
    const outcomes = await ask(graph);
    expect(told).toEqual(expect.arrayContaining(["run eap 3 begins", "run eap 3 ends"]));
    const here = await runGraph(graph, contextIn("here"));
    expect(here.bad.kind).toBe("failed");
    expect(contentsOf(outcomes)).toEqual(contentsOf(here));
    await worker.says(/ begins$/, 3);
    await worker.says(/ done$/, 2);
    expect([worker.count(/ begins$/), worker.count(/ done$/)]).toEqual([3, 2]);
    expect(await redis.use((client) => client.keys("interpbench:file:*"))).toEqual([]);
    // What is finished goes to no queue, and what failed is tried again for whoever asks again.
    await ask(graph);
    await worker.says(/ begins$/, 4);
    expect([worker.count(/ begins$/), worker.count(/ done$/)]).toEqual([4, 2]);
  });

  it("sends what a job is made from to a worker with a folder of its own, and its result back", async () => {
    await runPlan(training(1), contextIn());
    const worker = await startWorker("elsewhere");
    const model = { kind: "result", name: "train" } as const;
    const graph = {
      train: training(1),
      acdc: {
        kind: "run-acdc",
        subject: { case: { id: "3" }, model },
        config: { params: { threshold: 0.1 }, dataSize: 20 },
        engine,
      },
    };
    const outcomes = await ask(graph);
    expect(textOf(outcomes.acdc)).toMatch(/^run-acdc\/3\//);
    await worker.says(/ done$/);
    expect(worker.count(/ done$/m)).toBe(1);
    expect(contentsOf(outcomes)).toEqual(contentsOf(await runGraph(graph, contextIn("here"))));
    expect(made("run-acdc", "3", "elsewhere")).toEqual(made("run-acdc"));
    expect(made("train-iit", "3", "elsewhere")).toEqual(made("train-iit"));
  });

  it("gives what a killed or interrupted worker had to another, and lets a busy one work", async () => {
    const killed = await startWorker();
    const asking = ask({ train: training(100) });
    await killed.says(/ begins$/m);
    killed.child.kill("SIGKILL");
    const interrupted = await startWorker();
    await interrupted.says(/ begins$/m);
    interrupted.child.kill("SIGINT");
    await interrupted.says(/given back to the queue\n(.*\n)*Interrupted/);
    // It works for longer than it takes to be given up, and is not.
    const last = await startWorker();
    const { train } = await asking;
    expect(textOf(train)).toMatch(/^train-iit\//);
    await last.says(/ done$/);
    expect([last.count(/ begins$/), last.count(/ done$/)]).toEqual([1, 1]);
    expect(made("train-iit")).toHaveLength(1);
  });

  it("gives up a job that kills its workers", async () => {
    const asking = ask({ train: training(1000) });
    for (let death = 0; death < 3; death++) {
      const worker = await startWorker();
      await worker.says(/ begins$/m);
      worker.child.kill("SIGKILL");
    }
    const last = await startWorker();
    expect(textOf((await asking).train)).toMatch(/^E_WORKER: the workers of this job have died/);
    expect(last.count(/ begins$/)).toBe(0);
  });

  it("goes on when Redis has died with all it held", async () => {
    const worker = await startWorker();
    const asking = ask({ first: training(20), next: eap("3"), last: eap("4") });
    await worker.says(/ begins$/m);
    await redis.kill();
    await sleep(500);
    await redis.start();
    const outcomes = await asking;
    expect(Object.values(outcomes).map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
    expect(told.join("\n")).toMatch(/the queue at \S+ does not answer, .*answers again/s);
    expect([made("train-iit"), made("run-eap"), made("run-eap", "4")].flat()).toHaveLength(3);
  });

  it("does what two ask for once, also when one of them is killed", async () => {
    const graph = { first: training(3), second: eap("3"), third: eap("4") };
    const killed = start(
      `await jobs.withJobQueue(${JSON.stringify(redis.url)}, contextIn("results"), (queue) => {
        const graph = ${JSON.stringify(graph)};
        setTimeout(() => console.log("asked"), 500);
        return jobs.runGraph(graph, contextIn("results"), { queue });
      });`,
    );
    const asking = ask(graph);
    await killed.says(/asked/);
    const worker = await startWorker();
    await worker.says(/ begins$/m);
    killed.child.kill("SIGKILL");
    const again = ask(graph);
    expect(contentsOf(await asking)).toEqual(contentsOf(await again));
    await worker.says(/ done$/, 3);
    expect([worker.count(/ begins$/), worker.count(/ done$/)]).toEqual([3, 3]);
  });

  it("tells that only workers of another version are there, and is left with nothing by who gives up", async () => {
    const other = mkdtempSync(join(bundle, "..", "queue-other-"));
    try {
      cpSync(bundle, other, { recursive: true });
      const manifest = { name: "interpbench", version: "0.0.1", type: "module" };
      writeFileSync(join(other, "package.json"), JSON.stringify(manifest));
      const old = await startWorker("results", other);
      const interruption = new AbortController();
      const asking = ask({ a: eap("3"), b: eap("4") }, contextIn("results", interruption.signal));
      while (!told.some((text) => text.startsWith("only other"))) await sleep(50);
      expect(told.join("\n")).toMatch(
        /only other workers are there \(version 0\.0\.1 with wasm \S+\); the jobs wait for some of version \d/,
      );
      const waiting = () => redis.use((client) => client.keys("bull:*:run-eap/*"));
      expect(await waiting()).toHaveLength(2);
      interruption.abort();
      await expect(asking).rejects.toBe(interruption.signal.reason);
      expect([await waiting(), old.count(/ begins$/)]).toEqual([[], 0]);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});
