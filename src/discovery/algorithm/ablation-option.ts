import * as z from "zod/mini";
import { type Ablation, allAblations, getAblation } from "../../interventions/index.ts";
import { option } from "./options.ts";

const NAMES = allAblations().map(({ name }) => name);
const [DEFAULT = ""] = NAMES;

/** The option of all algorithms that cut edges, if only to measure how faithful their circuits are. */
export const ablationOption = {
  ablation: option(
    z.optional(z.enum(NAMES)),
    `What a cut edge carries in place of its source's output: ${allAblations()
      .map(({ name, summary }) => `${name}, ${summary}`)
      .join("; ")}`,
    { defaultText: DEFAULT, origin: "InterpBench" },
  ),
};

/** An ablation by name, or one of the caller's own, such as `given(values)`. Default: `resample`. */
export type AblationChoice = string | Ablation | undefined;

/** The ablation that was chosen. Throws `E_ABLATION`, with the nearest names. */
export function chosenAblation(choice: AblationChoice): Ablation {
  return getAblation(choice ?? DEFAULT);
}
