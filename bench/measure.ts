/** Times of repeated calls, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly minimum: number;
  readonly runs: number;
}

/** The middle one of some numbers (the upper one of two); NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const MOST_CALLS = 2000;

/**
 * Calls `action` for about `seconds`, `fewest` times at least and 2000 times at most; the time of
 * each call in milliseconds.
 */
export async function timesOf(
  action: () => unknown,
  seconds: number,
  fewest: number,
): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (times.length < fewest || (performance.now() < end && times.length < MOST_CALLS)) {
    const start = performance.now();
    const result = action();
    if (result instanceof Promise) await result;
    times.push(performance.now() - start);
  }
  return times;
}

/** Times `action` after three calls to warm up, for about `seconds`, five times at least. */
export async function measure(action: () => unknown, seconds = 1): Promise<Timing> {
  await timesOf(action, 0, 3);
  const times = await timesOf(action, seconds, 5);
  return { median: median(times), minimum: Math.min(...times), runs: times.length };
}
