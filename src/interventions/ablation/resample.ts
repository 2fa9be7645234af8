import type { RunAblation } from "./ablation.ts";

/**
 * The value on the corrupted input of the same row: activations stay in their distribution, and what
 * both inputs share is no part of the effect. InterpBench's, and ACDC's (Conmy et al. 2023).
 */
export const resample: RunAblation = {
  name: "resample",
  summary: "its output on the corrupted input",
  needsCorrupted: true,
  kind: "run",
  carry: ({ atInSteps }, hook) => atInSteps("corrupted", hook),
};
