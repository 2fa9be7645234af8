import {
  type CompiledProgram,
  compileRasp,
  type InputEncoder,
  makeDirection,
  spanOf,
} from "../tracr/index.ts";
import { BOS, type Case, PAD } from "./case.ts";

/**
 * The program of a case, compiled for all its inputs.
 *
 * Takes from a millisecond to seconds; callers that need it twice keep it.
 */
export function compileCase({
  program,
  vocab,
  maxSeqLen,
  causal,
  mlpExactness,
  inputs,
}: Case): CompiledProgram {
  return compileRasp(program(), {
    vocab,
    maxSeqLen: maxSeqLen - 1,
    causal,
    bos: BOS,
    pad: PAD,
    mlpExactness,
    inputs,
  });
}

/** How the tokens of a case become ids: the encoder of the compiled program, without compiling. */
export function inputEncoder({ vocab, maxSeqLen }: Case): InputEncoder {
  const tokens = spanOf([...vocab, BOS, PAD].map((token) => makeDirection("tokens", token)));
  const values = tokens.directions.map((direction) => direction.value);
  return Object.freeze({
    values: Object.freeze(values),
    bosId: values.indexOf(BOS),
    padId: values.indexOf(PAD),
    maxSeqLen,
  });
}
