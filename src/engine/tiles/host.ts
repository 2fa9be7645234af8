import type { Backend } from "../program/backend.ts";
import type { TileMemory } from "./memory.ts";

/** The per-sample part of a run. Places are words of the host's memory. */
export interface TileJob {
  readonly code: number;
  readonly codeWords: number;
  /** Working memory, one block of `tileWords` per thread. */
  readonly tile: number;
  readonly tileWords: number;
  readonly shared: number;
  /** Sums over the batch, one block of `accumulatorWords` per chunk. */
  readonly accumulator: number;
  readonly accumulatorWords: number;
  readonly bindings: number;
  readonly rows: number;
  readonly batch: number;
  readonly tiles: number;
  readonly chunks: number;
  /** Multiply-adds for one sequence. */
  readonly work: number;
}

/** The functions of kernels.c on one memory. */
export interface Kernels {
  /** The instructions for shared values. */
  runOnce(code: number, words: number, shared: number, accumulator: number, bindings: number): void;
  /** The per-sample instructions for tiles `from` ≤ t < `to`. */
  runTiles(
    code: number,
    words: number,
    tile: number,
    shared: number,
    accumulator: number,
    bindings: number,
    rows: number,
    batch: number,
    from: number,
    to: number,
  ): void;
  /** Adds consecutive blocks of `size` words into the first one, in order. */
  addChunks(first: number, size: number, chunks: number): void;
}

/** Something that can run lowered programs on a memory. */
export interface KernelHost {
  readonly name: Backend["name"];
  readonly memory: TileMemory;
  /** Threads that a job may use; it needs that many blocks of working memory. */
  readonly threads: number;
  readonly kernels: Kernels;
  /** Runs every chunk of a job. */
  runChunks(job: TileJob): void;
  dispose(): void;
}

/** Runs chunk `chunk` of a job with working memory number `thread`. */
export function runChunk(kernels: Kernels, job: TileJob, chunk: number, thread: number): void {
  kernels.runTiles(
    job.code,
    job.codeWords,
    job.tile + thread * job.tileWords,
    job.shared,
    job.accumulator + chunk * job.accumulatorWords,
    job.bindings,
    job.rows,
    job.batch,
    Math.floor((chunk * job.tiles) / job.chunks),
    Math.floor(((chunk + 1) * job.tiles) / job.chunks),
  );
}

/** Runs all chunks of a job, one after the other. */
export function runAllChunks(kernels: Kernels, job: TileJob): void {
  for (let chunk = 0; chunk < job.chunks; chunk++) runChunk(kernels, job, chunk, 0);
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
    runChunks: (job) => runAllChunks(kernels, job),
    dispose: () => {},
  };
}
