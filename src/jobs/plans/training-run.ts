import type { Backend } from "../../engine/index.ts";
import { decodeTrainingState, trainingStateParts } from "../../formats/index.ts";
import {
  assertSound,
  assertState,
  handedOver,
  type Learning,
  type Recipe,
  type TrainingResult,
  type TrainingTask,
  train,
  weightLearning,
} from "../../training/index.ts";
import type { RunningJob } from "../kind.ts";
import {
  type ProgressCounter,
  progressCounter,
  recoveryText,
  shownNumbers,
} from "./training-progress.ts";

/** What is trained, how and where. */
export interface TrainingRun {
  readonly task: TrainingTask;
  readonly recipe: Recipe;
  readonly backend: Backend;
  /** Default: the weights, on the terms of the recipe. */
  readonly learning?: Learning;
}

/** The state in a job's checkpoint, if it has one that fits: how far it is, and itself. */
function restored(
  { draft, checkpoint }: RunningJob,
  learning: Learning,
  recipe: Recipe,
  counter: ProgressCounter,
) {
  const state = checkpoint.restore((bytes) => {
    const found = decodeTrainingState(bytes, draft.folder);
    assertState(found, learning, recipe);
    assertSound(found);
    return found;
  });
  if (state === undefined) return undefined;
  return { step: state.step, done: counter.of(state), resume: handedOver(state) };
}

/** Trains on from the job's checkpoint, if it has one that fits, and keeps it up to date. */
export async function trainWithCheckpoints(
  job: RunningJob,
  { task, recipe, backend, learning = weightLearning(task) }: TrainingRun,
): Promise<TrainingResult> {
  const { name, checkpoint, begin, signal, context } = job;
  const counter = progressCounter(recipe);
  const start = restored(job, learning, recipe, counter);
  const line = begin(counter.unit, counter.total, {
    done: start?.done ?? 0,
    mayEndEarly: recipe.earlyStop,
  });
  if (start !== undefined) {
    context.progress.note(`${name}  goes on after ${start.step} updates`);
  }
  const result = await train(task, recipe, {
    backend,
    learning,
    signal,
    ...(start === undefined ? {} : { resume: start.resume }),
    onProgress: (event) => {
      if (event.kind === "recovery") {
        context.progress.warn(`${name}  ${recoveryText(event.recovery)}`);
      } else if (event.kind === "batch") line.update(counter.within(event));
      else line.update(counter.after(event.record), shownNumbers(event.record));
    },
    checkpoint: (state) => checkpoint.offer(() => trainingStateParts(state({ isCopied: false }))),
  });
  if (result.end !== "aborted") return result;
  checkpoint.save(trainingStateParts(result.state));
  throw signal.reason;
}
