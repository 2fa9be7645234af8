import { InterpBenchError } from "../../errors/index.ts";
import type { PairedInputs } from "../paired-inputs.ts";
import type { Ablation } from "./ablation.ts";
import { allAblations } from "./registry.ts";

/** Throws `E_TASK` unless the inputs have corrupted ones beside them, or the ablation needs none. */
export function assertAblation(
  inputs: Pick<PairedInputs, "corruptedTokens">,
  { name, needsCorrupted }: Ablation,
): void {
  if (!needsCorrupted) return;
  const others = allAblations()
    .filter((other) => !other.needsCorrupted)
    .map((other) => other.name);
  const hint = `The ablations ${others.join(", ")} need none.`;
  assertCorrupted(inputs, `the ablation "${name}"`, hint);
}

/** Throws `E_TASK` unless the inputs have corrupted ones beside them, for what needs them. */
export function assertCorrupted(
  { corruptedTokens }: Pick<PairedInputs, "corruptedTokens">,
  neededBy: string,
  hint = "",
): void {
  if (corruptedTokens !== undefined) return;
  throw new InterpBenchError("E_TASK", "there is nothing to compare the inputs with", {
    at: "corruptedTokens",
    expected: `a corrupted input for each clean one, which ${neededBy} needs`,
    received: "nothing",
    hint: `In a file of prompts they are the key "corrupted". ${hint}`.trim(),
  });
}
