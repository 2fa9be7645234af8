import { setImmediate } from "node:timers/promises";

/** What is kept from the event loop in one part of some work, in milliseconds. */
export interface Blocks {
  readonly phase: string;
  /** The longest time without a turn for others. */
  longest: number;
  /** Turns that came later than they should. */
  late: number;
  /** Of the whole part. */
  total: number;
}

/** Milliseconds within which others are to get their turn. */
const LIMIT = 50;

/** Says which part of the work begins now, after a turn for others. */
export type Begin = (phase: string) => Promise<void>;

/**
 * Does some work and asks for a turn again and again meanwhile: how long each takes to come. Of the clock
 * and the processor's time the shorter one counts, so that other processes do not.
 */
export async function watchBlocks(
  work: (begin: Begin) => Promise<unknown>,
): Promise<readonly Blocks[]> {
  const phases: Blocks[] = [];
  let at = now();
  const count = () => {
    const next = now();
    const taken = Math.min(next.clock - at.clock, next.processor - at.processor);
    at = next;
    const current = phases.at(-1);
    if (current === undefined) return;
    current.longest = Math.max(current.longest, taken);
    current.late += taken > LIMIT ? 1 : 0;
    current.total += taken;
  };
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await setImmediate()) count();
  })();
  try {
    await work(async (phase) => {
      await setImmediate();
      count();
      phases.push({ phase, longest: 0, late: 0, total: 0 });
    });
    count();
  } finally {
    isOver = true;
  }
  await watching;
  return phases;
}

function now() {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1000 };
}
