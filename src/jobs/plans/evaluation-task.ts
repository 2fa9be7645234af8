import { type Case, caseTask, countInputs, generateDataSteps } from "../../cases/index.ts";
import { selfTask } from "../../evaluation/index.ts";
import { paceSteps } from "../../interventions/index.ts";
import type { FoundModel } from "../../models/index.ts";
import type { Key } from "../../rng/index.ts";
import type { TrainingTask } from "../../training/index.ts";
import type { RunningJob } from "../kind.ts";

/** What fits into memory: inputs, each with all that it makes a model compute. */
export const MOST_INPUTS = 1_000_000;

/** How documents say what their intervals are. */
export const INTERVAL_TEXT =
  "95 %, binomial (Wilson), each input counted once, in one pair at most; exact where exhaustive";

/** Whether so many inputs are all that a case has. */
export const hasAllInputs = (case_: Case, size: number): boolean =>
  countInputs(case_) <= BigInt(size);

/** Begins the line of a job that goes in percent; what it gives is told the share that is done, 1 at the end. */
export function percentLine(job: Pick<RunningJob, "begin">): (share: number) => void {
  const line = job.begin("%", 100);
  return (share) => line.update(Math.floor(100 * share));
}

/** The task a model is measured on, with inputs of the case: all, or as many as are asked for. */
export async function evaluationTask(
  case_: Case,
  model: FoundModel,
  { key, size, signal }: { key: Key; size: number; signal: AbortSignal },
): Promise<TrainingTask> {
  return taskOn(case_, model, await paceSteps(generateDataSteps(case_, { key, size }), { signal }));
}

/** The same on given inputs. */
export function taskOn(
  case_: Case,
  model: FoundModel,
  { tokens, multiplicity, positions }: Pick<TrainingTask, "tokens" | "multiplicity" | "positions">,
): TrainingTask {
  const task = {
    ...caseTask(case_, { sameSize: model.sameSize }),
    // Widths are the model's own: the case says which they are when it trains one.
    lowLevelConfig: model.transformer.config,
    tokens,
    multiplicity,
    positions,
  };
  return model.origin.kind === "compiled" ? selfTask(task, model.transformer) : task;
}
