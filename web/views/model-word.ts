import type { ModelRef } from "../engine/methods/models.ts";

/**
 * A model of a case as the command line names it. Nothing for one that was trained here, or by the command line: the
 * newest of a case is what it takes where none is named.
 */
export function modelWord(ref: ModelRef, id: string | undefined): string | undefined {
  if (ref.kind === "compiled") return "tracr";
  // The zoo calls the model of case 3 and seed 1 `3-seed1`.
  const [of, seed] = ref.name.split(/-(?=seed\d+$)/);
  return seed !== undefined && of === id ? `zoo:${seed}` : undefined;
}
