import { runSteps, type Steps } from "../engine/index.ts";
import {
  type CompiledProgram,
  compileSteps,
  type InputEncoder,
  makeDirection,
  spanOf,
} from "../tracr/index.ts";
import { BOS, type Case, PAD } from "./case.ts";
import { isNumbered } from "./case-inputs.ts";
import { assertRasp } from "./rasp-case.ts";

/**
 * The program of a case, compiled for all its inputs.
 *
 * Takes from a millisecond to seconds; callers that need it twice keep it.
 *
 * @throws InterpBenchError `E_CASE` for a case that has no program
 */
export function compileCase(case_: Case): CompiledProgram {
  return runSteps(compileCaseSteps(case_));
}

/** {@link compileCase} in steps. */
export function compileCaseSteps(case_: Case): Steps<CompiledProgram> {
  assertRasp(case_);
  const { program, vocab, maxSeqLen, causal, mlpExactness, inputs } = case_;
  return compileSteps(program(), {
    vocab,
    maxSeqLen: maxSeqLen - 1,
    causal,
    bos: BOS,
    pad: PAD,
    mlpExactness,
    inputs: isNumbered(inputs) ? (input) => inputs.has(input) : inputs,
  });
}

/** What the program of a case compiles to; `undefined` for a case that has none. */
export function compiledIfAny(case_: Case): CompiledProgram | undefined {
  return case_.kind === "rasp" ? compileCase(case_) : undefined;
}

/** How the tokens of a case become ids: the encoder of the compiled program, without compiling. */
export function inputEncoder({
  vocab,
  maxSeqLen,
}: Pick<Case, "vocab" | "maxSeqLen">): InputEncoder {
  const tokens = spanOf([...vocab, BOS, PAD].map((token) => makeDirection("tokens", token)));
  const values = tokens.directions.map((direction) => direction.value);
  return Object.freeze({
    values: Object.freeze(values),
    bosId: values.indexOf(BOS),
    padId: values.indexOf(PAD),
    maxSeqLen,
  });
}
