import { epochBatches } from "./batches.ts";
import { loadTermUpdate } from "./term-update.ts";
import { type LoadTrainer, trainerOf } from "./trainer.ts";
import { makeUpdater } from "./updater.ts";

/** One update on the sum of the terms' losses per batch, or one per term. */
export const loadTermTrainer: LoadTrainer = (updates, batches) => {
  const { terms } = batches;
  const groups = updates.recipe.singleLoss ? [terms] : terms.map((term) => [term]);
  const updater = makeUpdater(
    updates.backend,
    groups.map((group) => loadTermUpdate(updates, group)),
  );
  return trainerOf(updater, (epoch) => epochBatches(batches, epoch));
};
