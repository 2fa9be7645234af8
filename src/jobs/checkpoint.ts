import { formatError } from "../errors/index.ts";
import type { CheckpointContent, CheckpointSlot } from "../store/index.ts";
import type { JobContext } from "./context.ts";

/** Where a running job keeps its state, so that it can go on after any end. */
export interface JobCheckpoint {
  /** What `decode` makes of the newest state that it accepts; what is passed over is a warning. */
  restore<T>(decode: (state: Uint8Array) => T): T | undefined;
  /** An opportunity to save, to be given often; `state` is called when it is time. */
  offer(state: () => CheckpointContent): void;
  /** Saves now. */
  save(state: CheckpointContent): void;
}

/** Seconds between two checkpoints, at least: what a killed job loses, with what saving takes. */
const INTERVAL = 3;

/** So many times what the last one took pass before the next, so that states of large models cost little. */
const PATIENCE = 20;

/**
 * The checkpoints of a job. One that cannot be saved (the disk is full) is a warning, said once: the
 * work goes on, and with the next opportunity another is tried.
 */
export function jobCheckpoint(
  slot: CheckpointSlot,
  { now, progress }: Pick<JobContext, "now" | "progress">,
  name: string,
): JobCheckpoint {
  let nextAt = now() + 1000 * INTERVAL;
  let isFailing = false;
  const saveFrom = (begun: number, state: CheckpointContent) => {
    try {
      slot.write(state);
      isFailing = false;
    } catch (error) {
      if (!isFailing) progress.warn(`${name}: the state is not saved: ${formatError(error)}`);
      isFailing = true;
    }
    const end = now();
    nextAt = end + Math.max(1000 * INTERVAL, PATIENCE * (end - begun));
  };
  return {
    restore: (decode) => slot.read(decode),
    offer(state) {
      const begun = now();
      if (begun >= nextAt) saveFrom(begun, state());
    },
    save: (state) => saveFrom(now(), state),
  };
}
