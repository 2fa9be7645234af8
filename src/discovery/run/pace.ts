/** How far an algorithm is. */
export interface DiscoveryProgress {
  readonly done: number;
  readonly total: number;
  /** What is counted, in the plural: `edges`. */
  readonly unit: string;
}

/** What an algorithm is told about its surroundings, besides the backend. */
export interface PaceOptions {
  readonly onProgress?: (progress: DiscoveryProgress) => void;
  readonly signal?: AbortSignal;
}

/** Milliseconds of work after which the event loop gets a turn. */
const TURN = 50;

/**
 * A function to call before each piece of work: it reports progress, rejects with the signal's
 * reason once that is aborted, and now and then lets other tasks of the program run (without
 * which nobody could abort). The clock decides when, and nothing else.
 */
export function pace(
  { onProgress, signal }: PaceOptions,
  unit: string,
): (done: number, total: number) => Promise<void> {
  let last = performance.now();
  return async (done, total) => {
    onProgress?.({ done, total, unit });
    if (performance.now() - last > TURN) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
