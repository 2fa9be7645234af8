import { Worker } from "node:worker_threads";
import type { Backend } from "../program/backend.ts";
import type { KernelHost, Kernels } from "../tiles/host.ts";
import type { Job } from "../tiles/job.ts";
import type { TileMemory } from "../tiles/memory.ts";
import { CONTROL } from "./control.ts";
import { type KernelSource, serveChunks, type WorkerData } from "./worker.node.ts";

export type { KernelSource } from "./worker.node.ts";

/** Multiply-adds below which waking threads costs more than it brings. */
const LEAST_WORK = 1 << 21;

/** Addresses that a thread reserves for its compiled code, in MiB; by default V8 takes 128. */
const CODE_MIB = 8;

/** Waits until a word has a value, looking for a moment before sleeping. */
function waitFor(words: Int32Array, at: number, wanted: number): void {
  for (let i = 0; i < 2000; i++) if (Atomics.load(words, at) === wanted) return;
  for (let now = Atomics.load(words, at); now !== wanted; now = Atomics.load(words, at)) {
    Atomics.wait(words, at, now, 1);
  }
}

/** A host that shares a job's chunks with worker threads on the same memory. */
export function threadedHost(
  name: Backend["name"],
  memory: TileMemory,
  kernels: Kernels,
  sourceOf: (thread: number) => KernelSource,
  threads: number,
): KernelHost {
  const control = new SharedArrayBuffer(CONTROL.WORDS * 4);
  const words = new Int32Array(control);
  const workers = Array.from({ length: threads - 1 }, (_, i) => {
    const workerData: WorkerData = {
      control,
      source: sourceOf(i + 1),
      thread: i + 1,
      words: CONTROL,
    };
    const options = { eval: true, workerData, resourceLimits: { codeRangeSizeMb: CODE_MIB } };
    const worker = new Worker(`(${serveChunks.toString()})()`, options);
    worker.unref();
    return worker;
  });

  const share = ({ place, chunks }: Job): void => {
    kernels.beginJob(place);
    words[CONTROL.JOB] = place;
    words[CONTROL.CHUNKS] = chunks;
    Atomics.store(words, CONTROL.NEXT, 0);
    Atomics.store(words, CONTROL.DONE, 0);
    Atomics.store(words, CONTROL.OPEN, 1);
    Atomics.add(words, CONTROL.GENERATION, 1);
    Atomics.notify(words, CONTROL.GENERATION);
    for (;;) {
      const chunk = Atomics.add(words, CONTROL.NEXT, 1);
      if (chunk >= chunks) break;
      kernels.runChunk(place, chunk, 0);
      Atomics.add(words, CONTROL.DONE, 1);
    }
    waitFor(words, CONTROL.DONE, chunks);
    Atomics.store(words, CONTROL.OPEN, 0);
    waitFor(words, CONTROL.RUNNING, 0);
    kernels.endJob(place);
  };

  return {
    name,
    memory,
    threads,
    kernels,
    runJobs: (list, jobs) => {
      for (const [i, job] of jobs.entries()) {
        if (job.chunks > 1 && job.work >= LEAST_WORK) share(job);
        else kernels.runJobs(list + i, 1);
      }
    },
    dispose: () => {
      for (const worker of workers) void worker.terminate();
    },
  };
}
