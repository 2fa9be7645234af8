import type { Steps } from "../engine/index.ts";

export { runSteps, type Steps } from "../engine/index.ts";

/** How far some work is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What is counted, in the plural: `edges`. */
  readonly unit: string;
}

/** Called between pieces of work: what to wait for before the next, if for anything. */
export type Turn = () => Promise<unknown> | undefined;

/** Whom work tells how far it is, and how it is stopped. */
export interface PaceOptions<P = Progress> {
  readonly onProgress?: (progress: P) => void;
  readonly signal?: AbortSignal;
  /** What gives others their turns, where several pieces of work share it. Default: {@link turns}. */
  readonly turn?: Turn;
}

/** Milliseconds of work after which the event loop gets a turn: with the step that ends them, less than 50. */
const TURN = 20;

/** Lets what waits go first. By a message: browsers hold back timers that set each other by 4 ms. */
function letOthersRun(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/**
 * A function to call between pieces of work: it now and then lets other tasks of the program run
 * (without which nobody could abort), and throws the signal's reason, or rejects with it, once that is aborted.
 * The clock decides when, and nothing else: as long as it is nobody's turn there is nothing to wait for.
 */
export function turns(signal?: AbortSignal): Turn {
  let last = performance.now();
  const othersFirst = async () => {
    await letOthersRun();
    last = performance.now();
    signal?.throwIfAborted();
  };
  return () => {
    signal?.throwIfAborted();
    return performance.now() - last > TURN ? othersFirst() : undefined;
  };
}

/** A function to call before each piece of work: it reports progress, and does what {@link turns} does. */
export function pace(
  { onProgress, signal, turn = turns(signal) }: PaceOptions,
  unit: string,
): (done: number, total: number) => Promise<void> {
  return async (done, total) => {
    onProgress?.({ done, total, unit });
    await turn();
  };
}

/** Steps as a part of longer work: their shares go from `from` to `to`. */
export function* partSteps<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      yield from + value * (to - from);
    }
  } finally {
    steps.return(undefined as T);
  }
}

/**
 * Runs the steps so that other tasks of the program go on meanwhile, telling the share that is done;
 * rejects with the signal's reason once that is aborted.
 */
export async function paceSteps<T>(
  steps: Steps<T>,
  { onProgress, signal, turn = turns(signal) }: PaceOptions<number> = {},
): Promise<T> {
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      onProgress?.(value);
      const others = turn();
      if (others !== undefined) await others;
    }
  } finally {
    // Whatever the steps hold is freed, also when they are given up.
    steps.return(undefined as T);
  }
}
