import { formatError } from "../errors/index.ts";
import type { CheckpointSlot } from "../store/index.ts";
import type { JobContext } from "./context.ts";

/** Where a running job keeps its state, so that it can go on after any end. */
export interface JobCheckpoint {
  /** What `decode` makes of the newest state that it accepts; what is passed over is a warning. */
  restore<T>(decode: (state: Uint8Array) => T): T | undefined;
  /** An opportunity to save, to be given often; `state` is called when it is time. */
  offer(state: () => string | Uint8Array): void;
  /** Saves now. */
  save(state: string | Uint8Array): void;
}

/** Seconds between two checkpoints: what a killed job loses, at most, with what saving takes. */
const INTERVAL = 3;

/**
 * The checkpoints of a job. One that cannot be saved (the disk is full) is a warning, said once: the
 * work goes on, and with the next opportunity another is tried.
 */
export function jobCheckpoint(
  slot: CheckpointSlot,
  { now, progress }: Pick<JobContext, "now" | "progress">,
  name: string,
): JobCheckpoint {
  let savedAt = now();
  let isFailing = false;
  const save = (state: string | Uint8Array) => {
    try {
      slot.write(state);
      isFailing = false;
    } catch (error) {
      if (!isFailing) progress.warn(`${name}: the state is not saved: ${formatError(error)}`);
      isFailing = true;
    }
    savedAt = now();
  };
  return {
    restore: (decode) => slot.read(decode),
    offer(state) {
      if (now() - savedAt >= 1000 * INTERVAL) save(state());
    },
    save,
  };
}
