import type { InitialScale } from "../transformer/index.ts";

/** Which nodes outside the circuit are replaced in a training step. */
export type OutsideSampling = "individual" | "sample_all" | "all";

/**
 * Arguments of a training run under which a case trains well, in the terms of the original's
 * command line.
 */
export interface CaseRecipe {
  /** `published`: stored with a published model; `default`: nobody has published one. */
  readonly origin: "published" | "default";
  /** Adam's learning rate. */
  readonly learningRate: number;
  /** `linear` goes down to 2e-4 at the last epoch. */
  readonly learningRateSchedule: "constant" | "linear";
  /** One optimiser step on the weighted sum of the losses, instead of one step per loss. */
  readonly singleLoss: boolean;
  readonly iitWeight: number;
  readonly behaviorWeight: number;
  /** As typed; the original multiplies it twice, so its effect is that of the square. */
  readonly strictWeight: number;
  /** The largest number of epochs. */
  readonly epochs: number;
  /** Training stops when all validation accuracies reach it; per cent. */
  readonly earlyStopAccuracy: number;
  readonly clipGradNorm: number;
  readonly batchSize: number;
  readonly siitSampling: OutsideSampling;
  readonly valIiaSampling: "random" | "all";
  /** The seed of the published run where it is known. */
  readonly seed: number | undefined;
}

/**
 * What a case needs other than most where it is trained in the least time, in the terms of this project's
 * recipes: more pairs of a large space of inputs, larger batches of hard ones.
 */
export interface FastChanges {
  readonly batchSize?: number;
  readonly edgeExchange?: boolean;
  readonly silenceWeight?: number;
  readonly learningRate?: number;
  readonly updates?: number;
  readonly cycleUpdates?: number;
  readonly trainPairs?: number;
  readonly validationPairs?: number;
  readonly validationInterval?: number;
  readonly settleUpdates?: number;
  readonly earlyStopAccuracy?: number;
  readonly initialization?: InitialScale;
}

/** What may differ between published runs. */
export type RecipeChanges = Partial<Omit<CaseRecipe, "origin">>;

const LATER: Omit<CaseRecipe, "origin"> = {
  learningRate: 1e-3,
  learningRateSchedule: "linear",
  singleLoss: true,
  iitWeight: 1,
  behaviorWeight: 0.4,
  strictWeight: 0.4,
  epochs: 1000,
  earlyStopAccuracy: 99.9,
  clipGradNorm: 0.1,
  batchSize: 256,
  siitSampling: "sample_all",
  valIiaSampling: "all",
  seed: 67,
};

const EARLIER: Omit<CaseRecipe, "origin"> = {
  learningRate: 1e-2,
  learningRateSchedule: "constant",
  singleLoss: false,
  iitWeight: 1,
  behaviorWeight: 1,
  strictWeight: 0.4,
  epochs: 2000,
  earlyStopAccuracy: 99.5,
  clipGradNorm: 0.1,
  batchSize: 256,
  siitSampling: "individual",
  valIiaSampling: "random",
  seed: undefined,
};

/** For cases without a published model: what most models published in autumn 2024 were trained with. */
export const DEFAULT_RECIPE: CaseRecipe = Object.freeze({
  ...LATER,
  origin: "default",
  seed: undefined,
});

/**
 * The arguments of a model published in June 2024: three losses in turn, weights 1/1/0.4, constant
 * learning rate 0.01, one outside node at a time.
 */
export function juneRecipe(changes: RecipeChanges = {}): CaseRecipe {
  return Object.freeze({ ...EARLIER, ...changes, origin: "published" });
}

/**
 * The arguments of a model published in autumn 2024: one weighted loss, weights 1/0.4/0.4, learning
 * rate 0.001 going down, each outside node replaced with probability ½, seed 67.
 */
export function autumnRecipe(changes: RecipeChanges = {}): CaseRecipe {
  return Object.freeze({ ...LATER, ...changes, origin: "published" });
}
