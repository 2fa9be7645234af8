import type { Backend } from "../../engine/index.ts";
import { type PaceOptions, paceSteps, type Steps } from "../../interventions/index.ts";
import type { DiscoveryMoment } from "./moments.ts";

/** Where an algorithm that takes long keeps its state, as JSON data, to go on after any end. */
export interface DiscoveryCheckpoint {
  /** What `decode` makes of the newest stored state that it does not throw on. */
  restore<T>(decode: (state: unknown) => T): T | undefined;
  /** An opportunity to store, to be given often; `state` is called when it is time. */
  offer(state: () => object): void;
  /** Stores now. */
  save(state: object): void;
}

/** Where an algorithm runs, whom it tells, and how it is stopped. */
export interface DiscoveryContext extends PaceOptions {
  readonly backend: Backend;
  /** Where its state is kept, of this task and these options. Default: nowhere. */
  readonly checkpoint?: DiscoveryCheckpoint;
  /** Watches an algorithm that says what as (`watchable`); it changes no number. Default: nobody. */
  readonly onMoment?: (moment: DiscoveryMoment) => void;
}

/** Runs steps so that other tasks of the program get their turns, and the signal can stop them. */
export const inTurns = <T>(steps: Steps<T>, { onProgress: _, ...pace }: PaceOptions): Promise<T> =>
  paceSteps(steps, pace);
