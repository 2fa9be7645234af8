import type { Backend } from "../../engine/index.ts";
import { decodeTrainingState, trainingStateParts } from "../../formats/index.ts";
import {
  assertSound,
  assertState,
  type Learning,
  type Recipe,
  type TrainingResult,
  type TrainingTask,
  train,
  weightLearning,
} from "../../training/index.ts";
import type { RunningJob } from "../kind.ts";
import { progressCounter, recoveryText, shownNumbers } from "./training-progress.ts";

/** What is trained, how and where. */
export interface TrainingRun {
  readonly task: TrainingTask;
  readonly recipe: Recipe;
  readonly backend: Backend;
  /** Default: the weights, on the terms of the recipe. */
  readonly learning?: Learning;
}

/** Trains on from the job's checkpoint, if it has one that fits, and keeps it up to date. */
export async function trainWithCheckpoints(
  { name, draft, checkpoint, begin, signal, context }: RunningJob,
  { task, recipe, backend, learning = weightLearning(task) }: TrainingRun,
): Promise<TrainingResult> {
  const resume = checkpoint.restore((bytes) => {
    const state = decodeTrainingState(bytes, draft.folder);
    assertState(state, learning, recipe);
    assertSound(state);
    return state;
  });
  const counter = progressCounter(recipe);
  const line = begin(counter.unit, counter.total, {
    done: resume === undefined ? 0 : counter.of(resume),
    mayEndEarly: recipe.earlyStop,
  });
  if (resume !== undefined) {
    context.progress.note(`${name}  goes on after ${resume.step} updates`);
  }
  const result = await train(task, recipe, {
    backend,
    learning,
    signal,
    ...(resume === undefined ? {} : { resume }),
    onProgress: (event) => {
      if (event.kind === "recovery") {
        context.progress.warn(`${name}  ${recoveryText(event.recovery)}`);
      } else if (event.kind === "batch") line.update(counter.within(event));
      else line.update(counter.after(event.record), shownNumbers(event.record));
    },
    checkpoint: (state) => checkpoint.offer(() => trainingStateParts(state())),
  });
  if (result.end !== "aborted") return result;
  checkpoint.save(trainingStateParts(result.state));
  throw signal.reason;
}
