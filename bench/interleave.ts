import { median, timesOf } from "./measure.ts";

/** One of several that are timed in turns. */
export interface Contestant {
  readonly name: string;
  /** Works for about `seconds`, once at least; each run's milliseconds, none if it cannot work. */
  slice(seconds: number): Promise<readonly number[]>;
}

/** How much time is spent on a comparison. */
export interface Pace {
  /** How often each contestant has its turn, after a warm-up. */
  readonly rounds: number;
  /** Length of a turn; a single run may take longer. */
  readonly seconds: number;
}

/** What a contestant's turns took, in milliseconds; NaN where it could not work. */
export interface Laps {
  /** The median of the rounds. */
  readonly median: number;
  /** The shortest run of all. */
  readonly best: number;
  /** The median run of each round, `[round]`. */
  readonly rounds: readonly number[];
}

/** Something in this process as a contestant. */
export function local(name: string, action: () => unknown): Contestant {
  return { name, slice: (seconds) => timesOf(action, seconds, 1) };
}

function lapsOf(slices: readonly (readonly number[])[]): Laps {
  const rounds = slices.map(median);
  const shortest = slices.map((times) => (times.length === 0 ? Number.NaN : Math.min(...times)));
  return { median: median(rounds), best: Math.min(...shortest), rounds };
}

/**
 * Times contestants in turns, so that whatever else the machine does meets all of them alike: a
 * run each to warm up, then in every round a slice of each.
 */
export async function interleave(
  contestants: readonly Contestant[],
  { rounds, seconds }: Pace,
): Promise<Record<string, Laps>> {
  for (const contestant of contestants) await contestant.slice(0);
  const slices = contestants.map((): (readonly number[])[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      slices[i]!.push(await contestant.slice(seconds));
    }
  }
  return Object.fromEntries(contestants.map(({ name }, i) => [name, lapsOf(slices[i]!)]));
}

/** How many times longer `slow` takes than `fast`: the median over the rounds they shared. */
export function ratioOf(slow: Laps | undefined, fast: Laps | undefined): number | undefined {
  if (slow === undefined || fast === undefined) return undefined;
  return median(slow.rounds.map((time, round) => time / fast.rounds[round]!));
}
