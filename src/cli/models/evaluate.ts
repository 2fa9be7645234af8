import type { z } from "zod";
import type { JsonDocument } from "../../jobs/index.ts";
import type { Style } from "../../report/index.ts";
import type { CommandOutput, Context } from "../command.ts";
import { type JobSettings, runJobs } from "../jobs.ts";
import type { CaseSelection } from "../options/cases.ts";
import { engineOf, type engineOptions } from "../options/engine.ts";
import { chosenModel, type ModelChoice } from "../options/model.ts";
import { modelAdvice } from "./advice.ts";
import { selectSubjects, shownModel } from "./subjects.ts";

/** What is chosen besides what is measured. */
type Choice = CaseSelection &
  ModelChoice &
  JobSettings &
  z.output<z.ZodObject<typeof engineOptions>> & { readonly title?: string | undefined };

/** Something that is measured on a model of each case. */
interface Measurement {
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly text: (document: JsonDocument, style: Style) => string;
}

/** Measures something on the chosen model of each of the chosen cases. */
export async function measureModels(
  context: Context,
  choice: Choice,
  { kind, config, text }: Measurement,
): Promise<CommandOutput> {
  const source = chosenModel(choice, context.io.cwd);
  const cases = await selectSubjects(context, source, choice);
  const jobs = cases.map((selected) => ({
    case: selected.case_.id,
    plan: {
      kind,
      subject: {
        case: selected.source,
        model: source,
        advice: modelAdvice(context.io, source, selected, choice.outputDir),
      },
      config,
      engine: engineOf(choice),
    },
    shown: shownModel(source, choice.title),
  }));
  return runJobs(context, choice, { kind, jobs, text });
}
