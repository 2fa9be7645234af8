import {
  type CaseTask,
  caseTask,
  causalModelOf,
  lowLevelConfig,
} from "../../../src/cases/index.ts";
import type { EngineState, HeldModel } from "../state.ts";

/**
 * The task of a model's case in the shape that the model has: the compiled transformer's, or that of models
 * to train; `undefined` if it has neither.
 */
export function taskOf(
  state: EngineState,
  { case_, transformer: { config } }: HeldModel,
): CaseTask | undefined {
  if (case_ === undefined) return undefined;
  const compiled = state.compiled(case_.id);
  const isCompiled = compiled?.config.dModel === config.dModel;
  const options = { sameSize: isCompiled };
  const { nLayers, nHeads } = lowLevelConfig(case_, options, compiled);
  if (nLayers !== config.nLayers || nHeads !== config.nHeads) return undefined;
  const model = compiled === undefined ? causalModelOf(case_) : state.highLevel(case_.id);
  const task = caseTask(case_, options, model);
  return isCompiled ? { ...task, lowLevelConfig: config } : task;
}
