/**
 * Words of the control block that threads share. A job is open while `OPEN` is 1; whoever works on
 * it counts itself in `RUNNING`, takes chunks from `NEXT`, and counts finished ones in `DONE`. The
 * job's own words may change only while it is closed and nobody is running.
 */
export const CONTROL = {
  /** Raised for every job; what sleeping threads wait on. */
  GENERATION: 0,
  OPEN: 1,
  RUNNING: 2,
  NEXT: 3,
  DONE: 4,
  /** First of the words of the job, in the order of {@link JOB_FIELDS}. */
  JOB: 8,
  WORDS: 32,
} as const;

/** The fields of a `TileJob`, as they stand in the control block. */
export const JOB_FIELDS = [
  "code",
  "codeWords",
  "tile",
  "tileWords",
  "shared",
  "accumulator",
  "accumulatorWords",
  "bindings",
  "rows",
  "batch",
  "tiles",
  "chunks",
] as const;
