import { REALISM_ABLATIONS } from "../../../evaluation/index.ts";
import { type EngineChoice, type Plan, realismText } from "../../../jobs/index.ts";
import type { SelectedCase } from "../../cases/selection.ts";
import type { CommandOutput, Context } from "../../command.ts";
import { type JobSettings, runJobs } from "../../jobs.ts";
import { modelAdvice } from "../../models/advice.ts";
import { selectSubjects, shownModel } from "../../models/subjects.ts";
import type { CaseSelection } from "../../options/cases.ts";
import { engineOf, workOptions } from "../../options/engine.ts";
import { wantedAblations } from "../../options/evaluation.ts";
import { chosenModel, type ModelChoice, modelOptions } from "../../options/model.ts";
import { realismFlags } from "../../options/realism.ts";

/** What realism is, in help. */
export const REALISM_METHOD =
  "All heads and MLPs outside the circuit are replaced together by their mean, or by zero. The score is the share of right outputs that stay right. Beside it stand the truth, random nodes of equal number, the whole model, and none.";

/** Options of the commands on realism besides those that say whose circuit it is. */
export const realismCommandOptions = (mostInputs: number) => ({
  ...modelOptions,
  ...realismFlags(mostInputs),
  ...workOptions,
});

/** What the folder of a result holds, in help. */
export const REALISM_FOLDER =
  "The folder holds node-realism.csv, node-realism.svg and result.json.";

/** Values of the options that all commands on realism have. */
export interface RealismChoice
  extends CaseSelection,
    ModelChoice,
    Omit<JobSettings, "threads">,
    EngineChoice {
  readonly title?: string | undefined;
  readonly mean?: boolean | undefined;
  readonly maxLen: number;
  readonly compat: boolean;
  readonly seed: number;
}

/** What is done before, and with what, for the model of a case. */
export interface RealismWork {
  /** The kind of the evaluation. */
  readonly kind: string;
  /** Options of it besides those of all. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A job that finds the circuit, from what the evaluation is about. */
  readonly discovery?: (about: Pick<Plan, "subject" | "engine">) => Plan;
}

/** Measures realism for the model of every case. */
export async function runRealism(
  context: Context,
  choice: RealismChoice,
  { kind, config = {}, discovery }: RealismWork,
): Promise<CommandOutput> {
  const source = chosenModel(choice, context.io.cwd);
  const cases = await selectSubjects(context, source, choice);
  const { outputDir, title, mean, maxLen, compat, seed } = choice;
  const jobs = cases.map((selected: SelectedCase) => {
    const subject = {
      case: selected.source,
      model: source,
      advice: modelAdvice(context.io, source, selected, outputDir),
    };
    const about = { subject, engine: engineOf(choice) };
    const plan: Plan = {
      ...about,
      kind,
      config: {
        ablations: wantedAblations(REALISM_ABLATIONS, mean),
        maxLen,
        compat,
        seed,
        ...config,
      },
      ...(discovery === undefined ? {} : { parents: ["discovery"] }),
    };
    return {
      case: selected.case_.id,
      plan,
      ...(discovery === undefined ? {} : { before: { discovery: discovery(about) } }),
      shown: shownModel(source, title),
    };
  });
  return runJobs(context, choice, { kind, jobs, text: realismText });
}
