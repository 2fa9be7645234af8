import { runSteps, type Steps } from "../engine/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import type { Case } from "./case.ts";
import type { CausalModel } from "./causal-model.ts";
import { compileCaseSteps } from "./compile-case.ts";
import { functionModel } from "./functions/function-model.ts";
import { highLevelModel } from "./high-level.ts";

/** The causal model of a case, and what its program compiles to, if it has one. */
export interface CaseModel extends CausalModel {
  readonly compiled?: CompiledProgram;
}

/** The causal model of a case: its compiled program, or the functions of its variables. */
export function causalModelOf(case_: Case, compiled?: CompiledProgram): CaseModel {
  return runSteps(causalModelSteps(case_, compiled));
}

/** {@link causalModelOf} in steps. */
export function* causalModelSteps(case_: Case, compiled?: CompiledProgram): Steps<CaseModel> {
  if (case_.kind === "functions") return functionModel(case_);
  const program = compiled ?? (yield* compileCaseSteps(case_));
  yield 1;
  return highLevelModel(case_, program);
}
