import type { EpochRecord, Losses, Recipe, TrainingEnd } from "../../../src/training/index.ts";
import type { ComponentNorm } from "../../../src/transformer/index.ts";
import type { AuditFacts } from "../../engine/methods/audit.ts";
import type { ModelFacts } from "../../engine/methods/models.ts";
import type { TrainProgress } from "../../engine/methods/train.ts";

/** A training in the page: what it was begun with, and all that was seen of it. */
export interface Run {
  readonly number: number;
  readonly wanted: Wanted;
  readonly moments: readonly Moment[];
  readonly records: readonly EpochRecord[];
  /** How it ended; `undefined` while it goes on. */
  readonly ended: Ended | undefined;
  readonly audit: AuditFacts | undefined;
}

/** What is chosen before a training begins. */
export interface Wanted {
  readonly base: "fast" | "case" | "original";
  /** `undefined`: what the recipe says. */
  readonly strictWeight: number | undefined;
  readonly seed: number;
}

/** Losses and weights between two updates. */
export interface Moment {
  readonly step: number;
  readonly total: number | undefined;
  readonly losses: Losses | undefined;
  readonly norms: readonly ComponentNorm[];
}

export interface Ended {
  readonly end: TrainingEnd;
  readonly steps: number;
  readonly recipe: Recipe;
  readonly model: ModelFacts;
  readonly best: EpochRecord | undefined;
}

export const newRun = (number: number, wanted: Wanted): Run => ({
  number,
  wanted,
  moments: [],
  records: [],
  ended: undefined,
  audit: undefined,
});

/** Most moments that are kept: beyond twice as many, every second one goes. */
const MOST_MOMENTS = 300;

/** A run, with what it has told. */
export function advanced(run: Run, progress: TrainProgress): Run {
  if (progress.kind === "epoch") return { ...run, records: [...run.records, progress.record] };
  const { step, total, losses, norms } = progress;
  const moments = [...run.moments, { step, total, losses, norms }];
  const isFull = moments.length > 2 * MOST_MOMENTS;
  return { ...run, moments: isFull ? moments.filter((_, i) => i % 2 === 0) : moments };
}
