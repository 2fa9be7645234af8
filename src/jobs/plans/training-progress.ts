import type { EpochRecord, Recipe, Recovery, TrainingEvent } from "../../training/index.ts";
import { lossOf } from "./training-document.ts";

type BatchEvent = Extract<TrainingEvent, { kind: "batch" }>;

/** What a run's progress is counted in, and how far along it is. */
export interface ProgressCounter {
  readonly unit: "epochs" | "updates";
  readonly total: number;
  /** At a stored state. */
  of(state: { readonly epoch: number; readonly step: number }): number;
  within(event: BatchEvent): number;
  after(record: EpochRecord): number;
}

/** Counts updates where the recipe does, else epochs. */
export function progressCounter({ epochs, updates }: Recipe): ProgressCounter {
  if (updates === undefined) {
    return {
      unit: "epochs",
      total: epochs,
      of: ({ epoch }) => epoch,
      within: ({ epoch, batch, batches }) => epoch - 1 + batch / batches,
      after: ({ epoch }) => epoch,
    };
  }
  return {
    unit: "updates",
    total: updates,
    of: ({ step }) => step,
    within: ({ step }) => step,
    after: ({ steps }) => steps,
  };
}

/** What progress shows: the sum of the weighted losses, and the accuracies in per cent. */
export function shownNumbers({ trainLosses, validation }: EpochRecord): Record<string, number> {
  const percent = (name: string, x: number | undefined) =>
    x === undefined ? {} : { [name]: Math.round(10_000 * x) / 100 };
  return {
    loss: lossOf(trainLosses),
    ...percent("acc%", validation.accuracy),
    ...percent("IIA%", validation.iia),
    ...percent("strict%", validation.strictAccuracy),
    ...percent("joint%", validation.jointStrictAccuracy),
  };
}

/** What a run says when it goes back. */
export function recoveryText({ step, cause, backTo, rateFactor }: Recovery): string {
  const weights = backTo === 0 ? "its initial weights" : `the weights after ${backTo} updates`;
  return `after ${step} updates ${cause}: goes back to ${weights}, at ${rateFactor} times the learning rate`;
}
