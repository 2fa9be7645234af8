import type { ConstantAblation } from "./ablation.ts";

/** The mean over the clean inputs and all their positions (BOS included), the same at every position. */
export const mean: ConstantAblation = {
  name: "mean",
  summary: "its mean over the clean inputs and their positions",
  needsCorrupted: false,
  kind: "constant",
  *carry({ meansInSteps, positions }, hooks) {
    const found = yield* meansInSteps("clean", hooks);
    return new Map([...found].map(([hook, values]) => [hook, flatten(values, positions)]));
  },
};

/** `[pos, …]` with the mean over positions at each. */
function flatten(values: Float64Array, positions: number): Float64Array {
  const width = values.length / positions;
  const total = new Float64Array(width);
  values.forEach((value, i) => {
    total[i % width]! += value;
  });
  return values.map((_, i) => total[i % width]! / positions);
}
