import { exactInterval, type Interval } from "../../statistics/index.ts";

/** A run that shows something, by row numbers of its inputs. */
export interface Example {
  readonly base: number;
  /** The input that values were taken from; absent under ablations that take none. */
  readonly source?: number | undefined;
  /** Right outputs of the base that became wrong. */
  readonly lost: number;
  /** How far its outputs moved, as {@link AuditEffect.largestShift}; absent where that was not looked at. */
  readonly shift?: number | undefined;
}

/** What a change of the model did to runs of it. */
export interface AuditEffect {
  readonly runs: number;
  /** Runs in which some output that was right became wrong. */
  readonly broken: number;
  /** `broken / runs`. */
  readonly share: number;
  /** Where the share lies: itself if these are all runs there are, else {@link exactInterval} at 95 %. */
  readonly interval: Interval;
  /**
   * The largest move of an output: of classes KL(own ‖ changed) at a position, in nats; of numbers the
   * distance. Absent where it was not looked at.
   */
  readonly largestShift?: number | undefined;
  /** The run that lost most, of several the one that moved most; `undefined` if none changed at all. */
  readonly worst: Example | undefined;
}

/** What was read off some runs, `[run]`. */
export interface Runs {
  readonly base: Uint32Array;
  readonly source?: Uint32Array | undefined;
  readonly lost: ArrayLike<number>;
  readonly shift?: ArrayLike<number> | undefined;
}

/** Adds up runs to an {@link AuditEffect}. */
export interface Tally {
  add(runs: Runs): void;
  effect(isExhaustive: boolean): AuditEffect;
}

/** An empty tally. */
export function startTally(): Tally {
  let [runs, broken, mostLost, mostShift, largestShift] = [0, 0, 0, 0, 0];
  let [isShiftSeen, worst]: [boolean, Example | undefined] = [false, undefined];
  return {
    add: ({ base, source, lost, shift }) => {
      runs += base.length;
      isShiftSeen ||= shift !== undefined;
      for (let i = 0; i < base.length; i++) {
        const [loss, move] = [lost[i]!, shift === undefined ? 0 : shift[i]!];
        if (loss > 0) broken++;
        if (move > largestShift) largestShift = move;
        if (loss < mostLost || (loss === mostLost && move <= mostShift)) continue;
        [mostLost, mostShift] = [loss, move];
        worst = { base: base[i]!, source: source?.[i], lost: loss, shift: shift && move };
      }
    },
    effect: (isExhaustive) => {
      const moved = isShiftSeen ? { largestShift } : {};
      return auditEffect({ runs, broken, worst, ...moved }, isExhaustive);
    },
  };
}

/** An effect of its counts. */
export function auditEffect(
  counts: Omit<AuditEffect, "share" | "interval">,
  isExhaustive: boolean,
): AuditEffect {
  const { runs, broken } = counts;
  const share = runs === 0 ? 0 : broken / runs;
  const isExact = isExhaustive && runs > 0;
  const interval = isExact ? { low: share, high: share } : exactInterval(broken, runs);
  return { ...counts, share, interval };
}
