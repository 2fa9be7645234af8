import { type Case, caseTask, generateData } from "../../cases/index.ts";
import { selfTask } from "../../evaluation/index.ts";
import type { FoundModel } from "../../models/index.ts";
import type { Key } from "../../rng/index.ts";
import type { TrainingTask } from "../../training/index.ts";

/** The task a model is measured on, with inputs of the case: all, or as many as are asked for. */
export function evaluationTask(
  case_: Case,
  model: FoundModel,
  key: Key,
  size: number,
): TrainingTask {
  return taskOn(case_, model, generateData(case_, { key, size }));
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
