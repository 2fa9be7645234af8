import type { CompiledProgram } from "../tracr/index.ts";
import type { Case } from "./case.ts";
import type { CausalModel } from "./causal-model.ts";
import { compileCase } from "./compile-case.ts";
import { functionModel } from "./functions/function-model.ts";
import { highLevelModel } from "./high-level.ts";

/** The causal model of a case, and what its program compiles to, if it has one. */
export interface CaseModel extends CausalModel {
  readonly compiled?: CompiledProgram;
}

/** The causal model of a case: its compiled program, or the functions of its variables. */
export function causalModelOf(case_: Case, compiled?: CompiledProgram): CaseModel {
  if (case_.kind === "functions") return functionModel(case_);
  return highLevelModel(case_, compiled ?? compileCase(case_));
}
