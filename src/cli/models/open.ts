import type { Case } from "../../cases/index.ts";
import { type JobContext, pathBelow } from "../../jobs/index.ts";
import {
  type FoundModel,
  findModel,
  type OfferedSource,
  poorAccuracies,
} from "../../models/index.ts";
import { formatPercent } from "../../report/index.ts";
import type { SelectedCase } from "../cases/selection.ts";
import type { Context } from "../command.ts";
import { jobContext } from "../job-context.ts";

/** What surrounds jobs about these cases. */
export function subjectContext(
  context: Context,
  outputDir: string,
  cases: readonly SelectedCase[],
): JobContext {
  const wordOf = (id: string) => cases.find(({ case_ }) => case_.id === id)?.word ?? id;
  return jobContext(context, outputDir, wordOf);
}

/**
 * The model of a case that a source means; one that has been trained here is named, and what speaks
 * against it is a warning.
 */
export function openModel(
  { name, progress }: Context,
  around: JobContext,
  source: OfferedSource,
  case_: Case,
): FoundModel {
  const model = findModel(around, source, case_);
  const { origin } = model;
  if (origin.kind !== "trained") return model;
  progress.note(`${name} ${case_.id}  model: ${pathBelow(origin.folder, around.folder)}`);
  if (source.kind !== "siit") return model;
  const poor = poorAccuracies(origin.folder).map(([text, x]) => `${text} ${formatPercent(x)}`);
  if (poor.length > 0) {
    progress.warn(
      `${name} ${case_.id}: the model is not trained well (${poor.join(", ")}), it may not have the circuit`,
    );
  }
  return model;
}
