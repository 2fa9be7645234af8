import type { Steps } from "../interventions/index.ts";
import type { BatchSpec, EpochBatches } from "./batches.ts";
import type { UpdateMoment, UpdateResult, Updater, UpdateSpec } from "./updater.ts";

/** Gives the numbers of the last {@link Trainer.measure}, when batches are drawn. */
export type LastMeasured = () => readonly number[] | undefined;

/** The batches of a run and what is done with them. */
export interface Trainer {
  readonly perBatch: number;
  /** Makes ready the batches of an epoch; `measured` gives what was measured last, if anything was. */
  open(epoch: number, measured: LastMeasured): Steps<TrainerEpoch>;
  /** What the batches after a validation depend on, of the weights as they are; kept with its record. */
  measure?(): Steps<readonly number[]>;
  dispose(): void;
}

/** Loads the updates, which change `updates.buffers.weights`, and what their batches are drawn from. */
export type LoadTrainer = (updates: UpdateSpec, batches: BatchSpec) => Trainer;

/** The batches of an epoch, to be trained on. */
export interface TrainerEpoch {
  readonly count: number;
  train(
    first: number,
    count: number,
    momentOf: (i: number) => UpdateMoment,
  ): Steps<UpdateResult[][]>;
}

/** Batches and an updater as one. */
export function trainerOf<B>(
  updater: Updater<B>,
  open: (epoch: number, measured: LastMeasured) => Steps<EpochBatches<B>>,
): Trainer {
  return {
    perBatch: updater.perBatch,
    *open(epoch, measured) {
      const { count, draw } = yield* open(epoch, measured);
      return {
        count,
        *train(first, batches, momentOf) {
          const drawn: B[] = [];
          for (let i = 0; i < batches; i++) drawn.push(yield* draw(first + i));
          return yield* updater.run(drawn, momentOf);
        },
      };
    },
    dispose: updater.dispose,
  };
}
