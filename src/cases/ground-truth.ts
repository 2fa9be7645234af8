import { type Circuit, groundTruth, headCircuit } from "../circuit/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import type { Case } from "./case.ts";
import { compileCase } from "./compile-case.ts";
import { correspondence, nodeCorrespondence } from "./correspondence.ts";
import { highLevelCircuit } from "./high-level-circuit.ts";
import { type LowLevelOptions, lowLevelConfig } from "./low-level.ts";

/**
 * The circuit a trained model of the case is forced to have, at head granularity: the prepared
 * circuit of the compiled transformer with each node replaced by those that implement it.
 */
export function groundTruthCircuit(
  case_: Case,
  options: LowLevelOptions = {},
  compiled: CompiledProgram = compileCase(case_),
): Circuit {
  const nodes = nodeCorrespondence(correspondence(case_, options, compiled));
  const shape = lowLevelConfig(case_, options, compiled);
  return groundTruth(highLevelCircuit(compiled), nodes, shape);
}

/** All edges between the nodes of the transformer to be trained, at head granularity. */
export function fullCircuit(
  case_: Case,
  options: LowLevelOptions = {},
  compiled: CompiledProgram = compileCase(case_),
): Circuit {
  return headCircuit(lowLevelConfig(case_, options, compiled));
}
