import { InterpBenchError } from "../errors/index.ts";
import {
  isRaspValue,
  type RaspValue,
  showValue,
  uniqueValues,
  valuesEqual,
} from "../rasp/index.ts";

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
}

/** Checked options without gaps. */
export type Settings = Required<CompileOptions>;

/**
 * The options with their defaults, checked.
 *
 * @throws InterpBenchError `E_TRACR_OPTION`
 */
export function resolveOptions(options: CompileOptions): Settings {
  const { causal = false, bos = "BOS", pad = "PAD", mlpExactness = 100, maxSeqLen } = options;
  const vocab = uniqueValues(options.vocab);
  if (!vocab.every((token) => isRaspValue(token) && token !== null) || vocab.length === 0) {
    throw optionError("vocab", "at least one token, none of them null", `${vocab.length} values`);
  }
  for (const [name, token] of Object.entries({ bos, pad })) {
    if (!vocab.some((other) => valuesEqual(other, token))) continue;
    const expected = `a vocabulary without the ${name} token`;
    throw optionError("vocab", expected, showValue(token), `Choose another ${name} token.`);
  }
  if (bos === pad) throw optionError("pad", `another token than bos`, showValue(pad));
  if (!Number.isInteger(maxSeqLen) || maxSeqLen < 1) {
    throw optionError("maxSeqLen", "a whole number of tokens (without BOS), at least 1", maxSeqLen);
  }
  if (!(mlpExactness > 0 && mlpExactness < Infinity)) {
    throw optionError("mlpExactness", "a positive number", mlpExactness);
  }
  return { vocab, maxSeqLen, causal, bos, pad, mlpExactness };
}

function optionError(
  option: string,
  expected: string,
  received: string | number,
  hint?: string,
): InterpBenchError {
  return new InterpBenchError("E_TRACR_OPTION", `invalid option ${option}`, {
    at: option,
    expected,
    received: String(received),
    hint,
  });
}
