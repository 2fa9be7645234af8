/**
 * Work in small steps: each yields the share that is done, from 0 to 1, and the last returns the
 * result. Whoever runs the steps decides what happens in between.
 */
export type Steps<T> = Generator<number, T>;

/** Runs all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** What to do while steps are run. */
export interface PaceOptions {
  /** Told the share that is done, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Milliseconds of work after which the event loop gets a turn. */
const TURN = 50;

/**
 * Runs the steps so that other tasks of the program go on meanwhile; rejects with the signal's
 * reason once that is aborted.
 */
export async function paceSteps<T>(
  steps: Steps<T>,
  { onProgress, signal }: PaceOptions = {},
): Promise<T> {
  try {
    for (let last = performance.now(); ; ) {
      const { done, value } = steps.next();
      if (done === true) return value;
      onProgress?.(value);
      if (performance.now() - last > TURN) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        last = performance.now();
      }
      signal?.throwIfAborted();
    }
  } finally {
    // Whatever the steps hold is freed, also when they are given up.
    steps.return(undefined as T);
  }
}
