import { jointEpochBatches } from "./joint-batches.ts";
import { loadJointUpdate } from "./joint-update.ts";
import { type LoadTrainer, trainerOf } from "./trainer.ts";
import { makeUpdater } from "./updater.ts";

/** One update on the joint loss per batch. */
export const loadJointTrainer: LoadTrainer = (updates, batches) => {
  const updater = makeUpdater(updates.backend, [loadJointUpdate(updates, batches.terms)]);
  return trainerOf(updater, (epoch) => jointEpochBatches(batches, epoch));
};
