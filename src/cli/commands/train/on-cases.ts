import type { Case } from "../../../cases/index.ts";
import {
  type EngineChoice,
  type JsonDocument,
  type TrainingDocument,
  trainingColumns,
  trainingText,
} from "../../../jobs/index.ts";
import type { Recipe } from "../../../training/index.ts";
import { type SelectedCase, selectCases } from "../../cases/selection.ts";
import type { CommandOutput, Context } from "../../command.ts";
import { type JobSettings, runJobs } from "../../jobs.ts";
import type { CaseSelection } from "../../options/cases.ts";
import { outputWords } from "../../options/common.ts";
import { engineOf } from "../../options/engine.ts";
import { typedCommand } from "../../typed.ts";

/** What is chosen for a training run besides its recipe. */
export interface CasesChoice extends CaseSelection, JobSettings, EngineChoice {
  readonly threads: number;
  readonly sameSize: boolean;
  readonly numSamples: number;
}

/** Trains a transformer for each of the chosen cases, by the recipe for it. */
export async function trainOnCases(
  context: Context,
  choice: CasesChoice,
  recipeFor: (case_: Case) => Recipe,
): Promise<CommandOutput> {
  const cases = await selectCases(context, choice);
  const { sameSize, numSamples } = choice;
  const jobs = cases.map((selected) => {
    const plan = {
      kind: "train-iit",
      subject: { case: selected.source },
      config: { recipe: recipeFor(selected.case_), sameSize, numSamples },
      engine: engineOf(choice),
    };
    return { case: selected.case_.id, plan, shown: shownProgram(selected) };
  });
  const typed = (words: readonly string[]) =>
    typedCommand(context.io, [...words, ...outputWords(choice)]);
  return runJobs(context, choice, {
    kind: "train-iit",
    jobs,
    text: (document, style) =>
      trainingText(document, { title: "Trained", next: typed(discoveryWords(document)) }, style),
    columns: trainingColumns,
  });
}

/** The file of a program, as it was called. */
export const shownProgram = ({ case_, word }: SelectedCase): { readonly program?: string } =>
  word === case_.id ? {} : { program: word };

/** The words of the command that looks for the circuit of a trained model. */
function discoveryWords(document: JsonDocument): string[] {
  const { case: id, weights } = document as unknown as TrainingDocument;
  const isNatural = weights.iitWeight === 0 && weights.strictWeight === 0;
  const words = ["run", "acdc", "-i", String(document.program ?? id)];
  return isNatural ? [...words, "--natural"] : words;
}
