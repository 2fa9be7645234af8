import type { Case, FunctionCase, RaspCase } from "./case.ts";
import { assertDefinition } from "./checks/definition.ts";
import { completeCase } from "./complete-case.ts";
import type { CaseDefinition, FunctionDefinition, RaspDefinition } from "./definition.ts";

/**
 * A case from its definition, with defaults, checked and frozen. No program is built, no function of
 * a variable is called, and no truth that is given compared with the shape (`assertTruths` does that).
 *
 * @throws InterpBenchError `E_CASE` for unknown keys, values of a wrong kind, an id that cannot name
 *   a folder, a vocabulary without order or with BOS or PAD, impossible lengths, ratios and inputs,
 *   and variables, shapes, places and truths that cannot be right
 */
export function makeCase(definition: RaspDefinition): RaspCase;
export function makeCase(definition: FunctionDefinition): FunctionCase;
export function makeCase(definition: CaseDefinition): Case;
export function makeCase(definition: CaseDefinition): Case {
  assertDefinition(definition);
  return completeCase(definition);
}
