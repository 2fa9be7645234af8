import type { NoPrediction } from "../../../src/evaluation/index.ts";
import type { CaseFacts } from "../../engine/methods/cases.ts";
import type { IntervenedProgram } from "../../engine/methods/intervene.ts";
import type { agreementOf } from "./outcome.ts";
import type { PatchState } from "./state.ts";

/** What is done, in words: `a1.2 as on the other input`. */
export function doneText(
  { cut, carried, value, direction, at }: PatchState,
  facts: CaseFacts,
): string {
  const what = cut.map(({ name }) => name.replace(">", " → ")).join(", ");
  const where =
    direction === undefined ? "" : ` on ${facts.residualLabels[direction] ?? direction}`;
  const how = {
    input: "as on the other input",
    zero: "at 0",
    mean: "at the mean",
    value: `at ${value}${where}`,
  }[carried];
  return cut.length === 0 ? "nothing replaced" : `${what} ${how}${placesText(at)}`;
}

/** ` at positions 1, 3`; nothing for all of them. */
function placesText(at: readonly number[] | undefined): string {
  if (at === undefined) return "";
  return ` at ${at.length === 1 ? "position" : "positions"} ${at.join(", ")}`;
}

const REASONS: Readonly<Record<NoPrediction, string>> = {
  value:
    "The program says nothing about this: the value is none that its variables have on an input. Take it from another input.",
  part: "Other nodes hold this variable, too: the program knows what happens when all of them are replaced together.",
  several:
    "What is replaced holds variables of several places; the program is asked about one at a time.",
  edge: "A true edge alone: what its writer holds stays what it is for all others who read it, which is no value of a variable.",
};

/** What came of it, against the program. */
export function verdictText(
  { cut, at }: PatchState,
  program: IntervenedProgram | undefined,
  agreement: ReturnType<typeof agreementOf>,
): string {
  if (cut.length === 0) return "Press a box, or add an edge, to replace what it carries.";
  if (program === undefined)
    return "The model has not the shape that its case has: nothing to compare with.";
  if (program.after.kind === "none") return REASONS[program.after.reason];
  const { labels = [], agreeing = 0, counted = 0 } = agreement ?? {};
  const claim =
    labels.length === 0
      ? "It holds no variable, so nothing should change"
      : `It holds ${labels.join(" and ")}, so the program takes that from the other input${placesText(at)}`;
  return `${claim}: the model does as the program says at ${agreeing} of ${counted} positions that count.`;
}
