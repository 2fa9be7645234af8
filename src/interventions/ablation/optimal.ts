import type { HookName } from "../../transformer/index.ts";
import type { LearntAblation } from "./ablation.ts";

/**
 * The constant that costs the output least, the same at every position behind the first: learnt for each head, MLP or
 * other place ablated alone, on the clean inputs (optimal ablation, Li & Janson 2024). BOS has its mean, which is its
 * own where attention is causal. Deterministic, once for a task.
 */
export const optimal: LearntAblation = {
  name: "optimal",
  summary: "the constant that costs the output least, learnt on the clean inputs (none at BOS)",
  needsCorrupted: false,
  kind: "learnt",
  *carry({ learnt }, hooks) {
    const found = new Map<HookName, Float64Array>();
    for (const hook of hooks) found.set(hook, yield* learnt(hook));
    return found;
  },
};
