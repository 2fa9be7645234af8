import type { Backend } from "../program/backend.ts";
import type { Job } from "./job.ts";
import type { TileMemory } from "./memory.ts";

/** The functions of kernels.c on one memory. Places are words of the memory; a job's is its record's. */
export interface Kernels {
  /** Empties a job's sums and computes the shared values before the batch. */
  beginJob(job: number): void;
  /** Computes a chunk of a job's batch, in the working memory of a thread. */
  runChunk(job: number, chunk: number, thread: number): void;
  /** Adds the chunks' sums, in order, and computes the shared values after the batch. */
  endJob(job: number): void;
  /** The whole of `count` jobs, one after the other. `jobs`: a list of their places. */
  runJobs(jobs: number, count: number): void;
}

/** Something that can run lowered programs on a memory. */
export interface KernelHost {
  readonly name: Backend["name"];
  readonly memory: TileMemory;
  /** Threads that a job may use; it needs that many blocks of working memory. */
  readonly threads: number;
  readonly kernels: Kernels;
  /** Runs jobs one after the other. `list`: where the list of their places is. */
  runJobs(list: number, jobs: readonly Job[]): void;
  dispose(): void;
}

/** A host without further threads. */
export function singleThreadHost(
  name: Backend["name"],
  memory: TileMemory,
  kernels: Kernels,
): KernelHost {
  return {
    name,
    memory,
    threads: 1,
    kernels,
    runJobs: (list, jobs) => kernels.runJobs(list, jobs.length),
    dispose: () => {},
  };
}
