import { type Circuit, groundTruth, headCircuit } from "../circuit/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import type { Case } from "./case.ts";
import type { Pruning } from "./circuit-builder.ts";
import { compileCase } from "./compile-case.ts";
import { correspondence, nodeCorrespondence } from "./correspondence.ts";
import { functionTruth } from "./functions/circuit.ts";
import { highLevelCircuit } from "./high-level-circuit.ts";
import { type LowLevelOptions, lowLevelConfig } from "./low-level.ts";

/**
 * The circuit a trained model of the case is forced to have, at head granularity: the circuit of the
 * variables, or the prepared one of the compiled transformer, with each node replaced by those that
 * implement it.
 */
export function groundTruthCircuit(
  case_: Case,
  options: LowLevelOptions = {},
  compiled?: CompiledProgram,
): Circuit {
  return truthBy("together", case_, options, compiled);
}

/**
 * All edges through which the trained model is to read something, at head granularity: the truth, and in 20
 * cases of the catalogue one edge or two more, which the original's construction drops from it (see
 * {@link highLevelCircuit}). What is trained edge by edge must leave them alone.
 */
export function readCircuit(
  case_: Case,
  options: LowLevelOptions = {},
  compiled?: CompiledProgram,
): Circuit {
  return truthBy("each", case_, options, compiled);
}

function truthBy(
  prune: Pruning,
  case_: Case,
  options: LowLevelOptions,
  compiled: CompiledProgram | undefined,
): Circuit {
  const nodesOf = (program?: CompiledProgram) =>
    nodeCorrespondence(correspondence(case_, options, program));
  if (case_.kind === "functions") {
    return functionTruth(case_, nodesOf(), lowLevelConfig(case_, options));
  }
  const program = compiled ?? compileCase(case_);
  const shape = lowLevelConfig(case_, options, program);
  return groundTruth(highLevelCircuit(program, "acdc_hooks", prune), nodesOf(program), shape);
}

/** All edges between the nodes of the transformer to be trained, at head granularity. */
export function fullCircuit(
  case_: Case,
  options: LowLevelOptions = {},
  compiled?: CompiledProgram,
): Circuit {
  return headCircuit(lowLevelConfig(case_, options, compiled));
}
