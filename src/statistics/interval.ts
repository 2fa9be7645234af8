/** Where a share lies, with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's interval of a share that was seen on `count` independent draws, at 95 %:
 *
 * `(p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)`
 *
 * It is never empty, for shares of 0 and 1 neither. Several outputs of one draw count as one: the interval
 * is then wider than it need be. `undefined` for a share that is not defined, or no draws. (Wilson 1927)
 */
export function shareInterval(share: number | undefined, count: number): Interval | undefined {
  if (share === undefined || !(count > 0)) return undefined;
  const width = Z ** 2 / count;
  const middle = (share + width / 2) / (1 + width);
  const half = Math.sqrt((Z ** 2 * share * (1 - share)) / count + width ** 2 / 4) / (1 + width);
  return {
    low: share === 0 ? 0 : Math.max(0, middle - half),
    high: share === 1 ? 1 : Math.min(1, middle + half),
  };
}
