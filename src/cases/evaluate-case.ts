import {
  evaluateAll,
  type Finding,
  type Sequence,
  type SOp,
  type Trace,
  validateDynamic,
} from "../rasp/index.ts";
import type { Case } from "./case.ts";

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

/** The program of a case, built once, to be run on any number of inputs. */
export function readProgram({ program, causal }: Pick<Case, "program" | "causal">): CaseProgram {
  const built = program();
  const trace = (input: Sequence) => evaluateAll(built, input, { causal });
  return Object.freeze({
    program: built,
    outputs: (input) => trace(input).sequences.get(built)!,
    trace,
    findings: (input) => validateDynamic(built, input, { causal }),
  } satisfies CaseProgram);
}

/**
 * What the program of a case says on one input without BOS, `[pos]`: under a causal mask if the case
 * has one.
 *
 * @throws InterpBenchError with the name of the sub-expression that has no value
 */
export function evaluateCase(case_: Pick<Case, "program" | "causal">, input: Sequence): Sequence {
  return readProgram(case_).outputs(input);
}
