/**
 * Words of the control block that threads share. A job is open while `OPEN` is 1; whoever works on
 * it counts itself in `RUNNING`, takes chunks from `NEXT`, and counts finished ones in `DONE`. `JOB`
 * and `CHUNKS` may change only while it is closed and nobody is running.
 */
export const CONTROL = {
  /** Raised for every job; what sleeping threads wait on. */
  GENERATION: 0,
  OPEN: 1,
  RUNNING: 2,
  NEXT: 3,
  DONE: 4,
  /** The job's place and its number of chunks. */
  JOB: 5,
  CHUNKS: 6,
  WORDS: 8,
} as const;
