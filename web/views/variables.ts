import type { CaseFacts, VariableFacts } from "../engine/methods/cases.ts";
import type { ModelFacts } from "../engine/methods/models.ts";
import { boxOf } from "./box.ts";

/** Whether a model is what the program of a case compiles to, or has been trained. */
export type ModelKind = "compiled" | "trained";

/** Which of both a model is: the compiled one has a direction for each name. */
export const kindOf = ({ config }: ModelFacts, { residualLabels }: CaseFacts): ModelKind =>
  config.dModel === residualLabels.length ? "compiled" : "trained";

/** The boxes of a drawing that hold a variable. */
export const boxesOf = ({ compiled, trained }: VariableFacts, kind: ModelKind): string[] =>
  (kind === "compiled" ? [compiled] : trained).flatMap((node) => boxOf(node) ?? []);

/** The variables in each box of a model's drawing, as one text. */
export function variablesByBox({ variables }: CaseFacts, kind: ModelKind): Map<string, string> {
  const notes = new Map<string, string>();
  for (const variable of variables) {
    for (const box of boxesOf(variable, kind)) {
      notes.set(box, [notes.get(box), variable.label].filter(Boolean).join(", "));
    }
  }
  return notes;
}
