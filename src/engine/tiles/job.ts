import type { CodePart } from "../lowering/parts.ts";
import type { BoundRun } from "./arguments.ts";
import { countChunks } from "./chunks.ts";
import type { LoadedProgram } from "./loaded-program.ts";

/** Sequences per tile: the lanes of the kernels' vectors. */
export const LANES = 16;

/** The words of a job's record, in the order of `Job` in kernels.c. */
const JOB_FIELDS = [
  "before",
  "beforeWords",
  "perTile",
  "perTileWords",
  "after",
  "afterWords",
  "shared",
  "tile",
  "tileWords",
  "accumulator",
  "accumulatorWords",
  "chunks",
  "bindings",
  "rows",
  "batch",
] as const;

/** How many words a record has. */
export const JOB_WORDS = JOB_FIELDS.length;

/**
 * One run of a program, as the kernels need it: the code of its three parts, the memory that it works
 * in (`tileWords` for each thread, `accumulatorWords` for each chunk), the places of what it is given,
 * and its number of sequences. Places are words of the memory.
 */
export type JobRecord = Readonly<Record<(typeof JOB_FIELDS)[number], number>>;

/** A job whose record is in the memory, and what decides who works on it. */
export interface Job {
  readonly record: JobRecord;
  /** Where that is. */
  readonly place: number;
  /** What its instructions for a tile can be cut into. */
  readonly parts: readonly CodePart[];
  readonly chunks: number;
  /** Multiply-adds of the per-sample part, over the whole batch. */
  readonly work: number;
}

/** The words of a job's record. */
export function jobWords(record: JobRecord): number[] {
  return JOB_FIELDS.map((field) => record[field]);
}

/** The memory that a run works in, in words from its start. */
export interface WorkingMemory {
  readonly shared: number;
  readonly tile: number;
  readonly accumulator: number;
  /** How many it is. */
  readonly words: number;
  /** Parts of the batch that sum on their own. */
  readonly chunks: number;
}

/** Lays out the memory that a run of `batch` sequences on so many threads works in. */
export function workingMemory(
  { lowered }: LoadedProgram,
  batch: number,
  threads: number,
): WorkingMemory {
  const { sharedSize, tileSize, accumulatorSize } = lowered;
  const chunks = countChunks(Math.ceil(batch / LANES), accumulatorSize);
  const tile = sharedSize;
  const accumulator = tile + tileSize * LANES * threads;
  return { shared: 0, tile, accumulator, words: accumulator + accumulatorSize * chunks, chunks };
}

/** The record of a run whose working memory begins at `start`. */
export function jobRecord(
  { lowered, before, perTile, after }: LoadedProgram,
  { bindings, rows }: BoundRun,
  batch: number,
  working: WorkingMemory,
  start: number,
): JobRecord {
  return {
    before,
    beforeWords: lowered.before.length,
    perTile,
    perTileWords: lowered.perTile.length,
    after,
    afterWords: lowered.after.length,
    shared: start + working.shared,
    tile: start + working.tile,
    tileWords: lowered.tileSize * LANES,
    accumulator: start + working.accumulator,
    accumulatorWords: lowered.accumulatorSize,
    chunks: working.chunks,
    bindings,
    rows,
    batch,
  };
}
