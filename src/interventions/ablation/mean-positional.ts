import type { ConstantAblation } from "./ablation.ts";

/** The mean over the clean inputs at each position, of each node's own output. */
export const meanPositional: ConstantAblation = {
  name: "meanPositional",
  summary: "its mean over the clean inputs, at each position",
  needsCorrupted: false,
  kind: "constant",
  carry: ({ meansInSteps }, hooks) => meansInSteps("clean", hooks),
};
