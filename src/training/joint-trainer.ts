import { jointEpochBatches } from "./joint-batches.ts";
import { loadJointUpdate } from "./joint-update.ts";
import type { FurtherLoss } from "./objective.ts";
import { type LoadTrainer, trainerOf } from "./trainer.ts";
import { makeUpdater } from "./updater.ts";

/** One update on the joint loss per batch. */
export const jointTrainer =
  (further?: FurtherLoss): LoadTrainer =>
  (updates, batches) => {
    const update = loadJointUpdate(updates, batches.terms, further);
    const updater = makeUpdater(updates.backend, [update]);
    return trainerOf(updater, (epoch) => jointEpochBatches(batches, epoch));
  };
