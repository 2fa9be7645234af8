import { describeValue, InterpBenchError } from "../errors/index.ts";
import {
  canonicalValue,
  isRaspValue,
  isTuple,
  type RaspValue,
  showValue,
  uniqueValues,
  valueKey,
  valuesEqual,
} from "../rasp/index.ts";
import type { ProgramInputs } from "./examined.ts";

/** What a program is compiled for. */
export interface CompileOptions {
  /** The tokens that may occur, without BOS and PAD; equal ones count once. */
  readonly vocab: readonly RaspValue[];
  /** The longest input, without BOS. */
  readonly maxSeqLen: number;
  /** Whether the transformer attends to earlier positions only (default false). */
  readonly causal?: boolean;
  /** The token every input begins with (default "BOS"). */
  readonly bos?: string;
  /** The token short inputs may be filled with; it is not masked (default "PAD"). */
  readonly pad?: string;
  /**
   * How steep the steps of an MLP on numerical input are: a step is 1/`mlpExactness` wide.
   * Default 100, as in Tracr.
   */
  readonly mlpExactness?: number;
  /**
   * The inputs the program is for, without BOS: a list, or a test that they pass; default all of the vocabulary up to
   * `maxSeqLen`. The transformer is the same for any; findings and warnings are about these.
   */
  readonly inputs?: ProgramInputs | undefined;
}

/** Checked options without gaps. */
export type Settings = Required<Omit<CompileOptions, "inputs">> & {
  readonly inputs: ProgramInputs | undefined;
};

/** The longest input that may be asked for. */
const LONGEST = 100_000;

/**
 * The options with their defaults, checked.
 *
 * @throws InterpBenchError `E_TRACR_OPTION`
 */
export function resolveOptions(options: CompileOptions): Settings {
  if (typeof options !== "object" || options === null) {
    throw optionError("options", "an object with vocab and maxSeqLen", describeValue(options));
  }
  const { causal = false, bos = "BOS", pad = "PAD", mlpExactness = 100, maxSeqLen } = options;
  if (!isTuple(options.vocab)) {
    throw optionError("vocab", "an array of tokens", describeValue(options.vocab));
  }
  const wrong = options.vocab.findIndex((token) => !isRaspValue(token) || token === null);
  if (wrong >= 0) {
    const received = describeValue(options.vocab[wrong]);
    throw optionError("vocab", "booleans, numbers, strings and arrays of these", received);
  }
  const vocab = uniqueValues(options.vocab.map(canonicalValue));
  if (vocab.length === 0) throw optionError("vocab", "at least one token", "none");
  for (const [name, token] of Object.entries({ bos, pad })) {
    if (typeof token !== "string") throw optionError(name, "a string", describeValue(token));
  }
  if (typeof causal !== "boolean") {
    throw optionError("causal", "true or false", describeValue(causal));
  }
  for (const [name, token] of Object.entries({ bos, pad })) {
    if (!vocab.some((other) => valuesEqual(other, token))) continue;
    const expected = `a vocabulary without the ${name} token`;
    throw optionError("vocab", expected, showValue(token), `Choose another ${name} token.`);
  }
  if (bos === pad) throw optionError("pad", `another token than bos`, showValue(pad));
  if (!Number.isInteger(maxSeqLen) || maxSeqLen < 1 || maxSeqLen > LONGEST) {
    const expected = `a whole number of tokens (without BOS) from 1 to ${LONGEST}`;
    throw optionError("maxSeqLen", expected, describeValue(maxSeqLen));
  }
  if (typeof mlpExactness !== "number" || !(mlpExactness > 0 && mlpExactness < Infinity)) {
    throw optionError("mlpExactness", "a positive number", describeValue(mlpExactness));
  }
  const { inputs } = options;
  if (inputs !== undefined) checkInputs(inputs, vocab, maxSeqLen);
  return { vocab, maxSeqLen, causal, bos, pad, mlpExactness, inputs };
}

function checkInputs(inputs: ProgramInputs, vocab: readonly RaspValue[], maxSeqLen: number): void {
  if (typeof inputs === "function") return;
  const known = new Set(vocab.map(valueKey));
  const isInput = (input: unknown) =>
    isTuple(input) &&
    input.length >= 1 &&
    input.length <= maxSeqLen &&
    input.every((token) => isRaspValue(token) && known.has(valueKey(token)));
  const wrong = isTuple(inputs) ? inputs.findIndex((input) => !isInput(input)) : 0;
  if (wrong < 0 && inputs.length > 0) return;
  throw new InterpBenchError("E_TRACR_OPTION", "invalid option inputs", {
    at: wrong < 0 ? "inputs" : `inputs[${wrong}]`,
    expected: `a test, or sequences of 1 to ${maxSeqLen} tokens of the vocabulary (without BOS)`,
    received: isTuple(inputs) && isRaspValue(inputs[wrong]) ? showValue(inputs[wrong]) : "none",
  });
}

function optionError(
  option: string,
  expected: string,
  received: string,
  hint?: string,
): InterpBenchError {
  return new InterpBenchError("E_TRACR_OPTION", `invalid option ${option}`, {
    at: option,
    expected,
    received,
    hint,
  });
}
