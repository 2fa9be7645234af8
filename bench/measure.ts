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

/** The shortest run of `action` in milliseconds: three to warm up, then five or more for `seconds`. */
export async function shortest(action: () => unknown, seconds: number): Promise<number> {
  await timesOf(action, 0, 3);
  return Math.min(...(await timesOf(action, seconds, 5)));
}
