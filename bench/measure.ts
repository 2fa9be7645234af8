/** Times of repeated calls, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly minimum: number;
  readonly runs: number;
}

/** Calls `action` for about `seconds` (5 calls at least, 2000 at most) after a warm-up. */
export function measure(action: () => void, seconds = 1): Timing {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) action();
  const end = performance.now() + seconds * 1000;
  while (times.length < 5 || (performance.now() < end && times.length < 2000)) {
    const start = performance.now();
    action();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1]!, minimum: times[0]!, runs: times.length };
}
