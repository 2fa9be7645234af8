import { type Case, compileCase, highLevelCircuit, highLevelModel } from "../cases/index.ts";
import { prepareForEvaluation } from "../circuit/index.ts";
import { type FoundModel, foundModel } from "./found.ts";

/** The transformer that the program of a case compiles to, whose circuit was put there. */
export function compiledModel(case_: Case): FoundModel {
  const compiled = compileCase(case_);
  const { transformer } = highLevelModel(case_, compiled);
  const truth = prepareForEvaluation(highLevelCircuit(compiled));
  const content = { transformer, truth, sameSize: false };
  return foundModel(content, { kind: "compiled" }, { storedName: "tracr" });
}
