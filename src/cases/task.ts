import type { Circuit } from "../circuit/index.ts";
import { partSteps, runSteps, type Steps } from "../interventions/index.ts";
import type { OutputPositions, TransformerConfig } from "../transformer/index.ts";
import type { Case, CaseWarning } from "./case.ts";
import type { CausalModel } from "./causal-model.ts";
import { type CaseModel, causalModelSteps } from "./causal-model-of.ts";
import { type Correspondence, correspondence } from "./correspondence.ts";
import { readCircuit } from "./ground-truth.ts";
import { type LowLevelOptions, lowLevelConfig } from "./low-level.ts";

/** What training and discovery take of a case: no program. */
export interface CaseTask {
  readonly id: string;
  /** The model whose variables are known. */
  readonly highLevel: CausalModel;
  readonly lowLevelConfig: TransformerConfig;
  readonly correspondence: Correspondence;
  /** The edges through which a trained transformer is to read something, at head granularity. */
  readonly truth: Circuit;
  /** Whether outputs are classes; else numbers. */
  readonly categorical: boolean;
  readonly outputPositions: OutputPositions;
  /** Where the compiled transformer, which is the teacher, was seen to disagree with the program. */
  readonly warnings: readonly CaseWarning[];
}

/** The task of a case. */
export function caseTask(case_: Case, options?: LowLevelOptions, model?: CaseModel): CaseTask {
  return runSteps(caseTaskSteps(case_, options, model));
}

/**
 * {@link caseTask} in steps, so that the event loop goes on meanwhile:
 * `await paceSteps(caseTaskSteps(case_))`.
 */
export function* caseTaskSteps(
  case_: Case,
  options: LowLevelOptions = {},
  given?: CaseModel,
): Steps<CaseTask> {
  const model = given ?? (yield* partSteps(causalModelSteps(case_), 0, 0.7));
  const { compiled } = model;
  yield 0.7;
  const nodes = correspondence(case_, options, compiled);
  yield 0.8;
  return Object.freeze({
    id: case_.id,
    highLevel: model,
    lowLevelConfig: lowLevelConfig(case_, options, compiled),
    correspondence: nodes,
    truth: readCircuit(case_, options, compiled),
    categorical: model.categorical,
    outputPositions: case_.outputPositions,
    warnings: case_.warnings,
  });
}
