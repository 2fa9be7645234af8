import { InterpBenchError } from "../../errors/index.ts";
import type { PairedInputs } from "../paired-inputs.ts";
import type { Ablation } from "./ablation.ts";
import { allAblations } from "./registry.ts";

/** Throws `E_TASK` unless the inputs have corrupted ones beside them, or the ablation needs none. */
export function assertAblation(
  { corruptedTokens }: Pick<PairedInputs, "corruptedTokens">,
  { name, needsCorrupted }: Ablation,
): void {
  if (!needsCorrupted || corruptedTokens !== undefined) return;
  const others = allAblations()
    .filter((other) => !other.needsCorrupted)
    .map((other) => other.name);
  throw new InterpBenchError("E_TASK", "there is nothing to compare the inputs with", {
    at: "corruptedTokens",
    expected: `a corrupted input for each clean one, which the ablation "${name}" needs`,
    received: "nothing",
    hint: `In a file of prompts they are the key "corrupted". The ablations ${others.join(", ")} need none.`,
  });
}
