import { referenceBackend } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { Case, CaseWarning, FunctionCase, RaspCase } from "./case.ts";
import { caseWarnings } from "./case-warnings.ts";
import { assertCompiledPlaces } from "./checks/compiled-places.ts";
import type { CaseDefinition, FunctionDefinition, RaspDefinition } from "./definition.ts";
import { assertTruths } from "./functions/circuit.ts";
import { type HighLevelModel, highLevelModel } from "./high-level.ts";
import { makeCase } from "./make-case.ts";

/** What else a definition may use. */
export interface DefineOptions {
  /** Is told each warning; default: writes it to the console. */
  readonly onWarning?: (warning: CaseWarning, case_: Case) => void;
}

/** Products of weights and activations that trying a definition may cost: about a tenth of a second. */
const BUDGET = 1_000_000;

/** Inputs of each kind that are tried at most. */
const MOST_TRIED = 32;

/**
 * A case from its definition, with defaults, checked and frozen. Its compiled transformer is compared
 * with its program on up to 64 inputs, as many as are cheap (none for large transformers); where they
 * disagree, the case has `warnings`, which `onWarning` is told.
 *
 * A program that cannot be built or compiled is no error here, but where it is used.
 *
 * @throws InterpBenchError `E_CASE` as {@link makeCase} does, for truths that the shape does not have, and for
 *   places that contradict what the program compiles to
 */
export function defineCase(definition: RaspDefinition, options?: DefineOptions): RaspCase;
export function defineCase(definition: FunctionDefinition, options?: DefineOptions): FunctionCase;
export function defineCase(definition: CaseDefinition, options?: DefineOptions): Case;
export function defineCase(
  definition: CaseDefinition,
  { onWarning = warnOnConsole }: DefineOptions = {},
): Case {
  const case_ = makeCase(definition);
  if (case_.kind === "functions") assertTruths(case_);
  const model = modelIfAny(case_);
  if (case_.kind === "rasp" && model !== undefined) assertCompiledPlaces(case_, model.compiled);
  const warnings = model === undefined ? [] : foundWarnings(case_, model);
  const checked = Object.freeze({ ...case_, warnings: Object.freeze(warnings) });
  for (const warning of checked.warnings) onWarning(warning, checked);
  return checked;
}

function modelIfAny(case_: Case): HighLevelModel | undefined {
  try {
    return highLevelModel(case_);
  } catch {
    return undefined;
  }
}

function foundWarnings(case_: Case, model: HighLevelModel): readonly CaseWarning[] {
  const sample = Math.min(MOST_TRIED, Math.floor(BUDGET / (2 * costOf(model))));
  if (sample === 0) return [];
  try {
    return caseWarnings(case_, referenceBackend(), { sample, model });
  } catch (error) {
    // Inputs that the case names and that do not exist are an error of whoever asks for them.
    if (error instanceof InterpBenchError) return [];
    throw error;
  }
}

/** Products of one run. */
function costOf({ transformer: { config, weights } }: HighLevelModel): number {
  const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  return parameters * config.nCtx;
}

function warnOnConsole({ code, message }: CaseWarning, { id }: Case): void {
  console.warn(`case "${id}": ${message} (${code})`);
}
