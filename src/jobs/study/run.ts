import type { JobContext } from "../context.ts";
import type { EngineChoice } from "../engine.ts";
import { type DoneJob, runPlan } from "../run-job.ts";
import { modelNameOf } from "../runs/model-name.ts";
import { quietProgress } from "../runs/quiet-progress.ts";
import { isFailure, plainOutcome, type RunAllOptions, runAll } from "../runs/run-all.ts";
import { type StudyRequest, studyRuns } from "./runs.ts";

/** What came of a study. */
export interface StudyOutcome {
  readonly job: DoneJob;
  /** Runs that failed for another reason than that the algorithm does not apply. */
  readonly failures: number;
}

/** Options of {@link runStudy}. */
export interface StudyOptions extends RunAllOptions {
  readonly engine: EngineChoice;
}

/**
 * Makes all runs of a study that the store does not have, side by side, and what they say of algorithms. When
 * `context.signal` is aborted, all that is done stays; the same request goes on from there.
 */
export async function runStudy(
  request: StudyRequest,
  context: JobContext,
  { engine, ...options }: StudyOptions,
): Promise<StudyOutcome> {
  const runs = await studyRuns(request, engine);
  const outcomes = await runAll(
    "study",
    runs.map(({ plan }) => plan),
    context,
    options,
  );
  const { model, cases, dataSize, contestants } = request;
  const config = {
    model: modelNameOf(model),
    dataSize,
    contestants: contestants.map(({ name }) => name),
    cases: cases.map(({ id, groups, kinds }) => ({ id, groups, kinds })),
    runs: runs.map(({ plan: _, ...run }, i) => ({ ...run, outcome: plainOutcome(outcomes[i]!) })),
  };
  const job = await runPlan(
    { kind: "study", subject: {}, config },
    { ...context, progress: quietProgress(context.progress) },
  );
  return { job, failures: outcomes.filter(isFailure).length };
}
