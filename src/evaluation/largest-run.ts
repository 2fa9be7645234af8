import { forwardWork, type TransformerConfig } from "../transformer/index.ts";

/** Multiply-adds of a run, which cannot be interrupted: about a tenth of a second on native kernels. */
const MOST_WORK = 2 ** 32;

/** Sequences that a run may have in any case. */
const FEWEST = 4096;

/**
 * Most sequences in one run of a model on so many positions: whole data sets of small models, parts
 * of them for large ones.
 */
export function largestRun(config: TransformerConfig, positions: number): number {
  return Math.max(FEWEST, Math.floor(MOST_WORK / forwardWork(config, positions)));
}
