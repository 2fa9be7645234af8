import {
  evaluateAll,
  type Finding,
  type Sequence,
  type SOp,
  type Trace,
  validateDynamic,
} from "../rasp/index.ts";
import type { Case, RaspCase } from "./case.ts";
import { evaluateVariables } from "./functions/evaluate.ts";
import { assertRasp } from "./rasp-case.ts";

/**
 * The program of a case as the transformers of the case read it: in a causal case no selector
 * selects a key behind its query.
 *
 * Whatever is said about a case by running its program is said through this, so that program and
 * transformer are never compared under two readings.
 */
export interface CaseProgram {
  readonly program: SOp;
  /** The output on an input without BOS, `[pos]`; `null` where there is no value. */
  outputs(input: Sequence): Sequence;
  /** The same with the values of all sub-expressions. */
  trace(input: Sequence): Trace;
  /** What {@link validateDynamic} finds on an input. */
  findings(input: Sequence): readonly Finding[];
}

/** What of a case is its program. */
export type ProgramFacts = Pick<RaspCase, "program" | "causal">;

/** The program of a case, built once, to be run on any number of inputs. `E_CASE` if it has none. */
export function readProgram(case_: Case | ProgramFacts): CaseProgram {
  if ("kind" in case_) assertRasp(case_);
  const { program, causal } = case_;
  const built = program();
  const trace = (input: Sequence) => evaluateAll(built, input, { causal });
  return Object.freeze({
    program: built,
    outputs: (input) => trace(input).sequences.get(built)!,
    trace,
    findings: (input) => validateDynamic(built, input, { causal }),
  } satisfies CaseProgram);
}

/** What a case says on any number of inputs without BOS, `[pos]`: its program is built once. */
export function caseOutputs(case_: Case | ProgramFacts): (input: Sequence) => Sequence {
  if (!("variables" in case_)) return readProgram(case_).outputs;
  return (input) => evaluateVariables(case_, input).get(case_.output)!;
}

/**
 * What a case says on one input without BOS, `[pos]`: its program, under a causal mask if the case has
 * one, or its output variable.
 *
 * @throws InterpBenchError with the name of the sub-expression, or of the variable, that has no value
 */
export function evaluateCase(case_: Case | ProgramFacts, input: Sequence): Sequence {
  return caseOutputs(case_)(input);
}
