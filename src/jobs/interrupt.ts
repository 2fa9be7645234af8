/** Thrown by work that stopped because the user interrupted it; the program ends with 130. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** Seconds that interrupted work gets to save its state and stop by itself. */
const GRACE_SECONDS = 10;

/** What must happen on an interruption. */
export interface InterruptHandlers {
  /** Registers a function; the returned one takes it back. */
  add(handler: () => void | Promise<void>): () => void;
  /** Runs all of them, the latest first; a failing one does not keep the others from running. */
  runAll(): Promise<readonly unknown[]>;
}

/** An empty list of handlers. */
export function interruptHandlers(): InterruptHandlers {
  const handlers: (() => void | Promise<void>)[] = [];
  return {
    add(handler) {
      handlers.push(handler);
      return () => {
        const at = handlers.indexOf(handler);
        if (at !== -1) handlers.splice(at, 1);
      };
    },
    async runAll() {
      const errors: unknown[] = [];
      for (const handler of handlers.splice(0).reverse()) {
        try {
          await handler();
        } catch (error) {
          errors.push(error);
        }
      }
      return errors;
    },
  };
}

/**
 * Runs `work` and returns its result, unless `signal` is aborted first: then the handlers run, the
 * work gets some seconds to stop, and {@link Interrupted} is thrown (or the first handler's error).
 * Work that finishes in spite of the interruption has finished.
 */
export async function untilInterrupted<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  handlers: InterruptHandlers,
  graceSeconds = GRACE_SECONDS,
): Promise<T> {
  if (signal.aborted) throw new Interrupted();
  const listening = new AbortController();
  const aborted = new Promise<"aborted">((resolve) => {
    signal.addEventListener("abort", () => resolve("aborted"), { signal: listening.signal });
  });
  const working = work();
  const settled = working.then(
    () => "settled" as const,
    () => "settled" as const,
  );
  try {
    if ((await Promise.race([settled, aborted])) === "settled") return await working;
    const errors = await handlers.runAll();
    const grace = timer(graceSeconds);
    const end = await Promise.race([
      working.then(
        (value) => ({ value }),
        () => undefined,
      ),
      grace.done,
    ]);
    grace.clear();
    if (errors.length > 0) throw errors[0];
    if (end === undefined) throw new Interrupted();
    return end.value;
  } catch (error) {
    throw signal.aborted && error === signal.reason ? new Interrupted() : error;
  } finally {
    listening.abort();
  }
}

function timer(seconds: number): { done: Promise<undefined>; clear: () => void } {
  let handle: ReturnType<typeof setTimeout> | undefined;
  const done = new Promise<undefined>((resolve) => {
    handle = setTimeout(() => resolve(undefined), seconds * 1000);
  });
  return { done, clear: () => clearTimeout(handle) };
}
