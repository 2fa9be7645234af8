import { InterpBenchError } from "../errors/index.ts";
import type { RaspValue } from "../rasp/index.ts";
import type { Case } from "./case.ts";

/** Which lengths inputs have. */
export interface LengthOptions {
  /** All lengths from `minSeqLen` to `maxSeqLen`, with PAD behind; default false: the longest only. */
  readonly variableLength?: boolean;
}

/** The largest input space that is written out. */
const MAX_ENUMERATED = 2_000_000n;

/** The lengths of inputs, BOS included. */
export function inputLengths(
  { minSeqLen, maxSeqLen }: Case,
  { variableLength = false }: LengthOptions = {},
): number[] {
  const shortest = variableLength ? minSeqLen : maxSeqLen;
  return Array.from({ length: maxSeqLen - shortest + 1 }, (_, i) => shortest + i);
}

/** How many different inputs a case has: Σ |vocab|^(length − 1). */
export function countInputs(case_: Case, options: LengthOptions = {}): bigint {
  const size = BigInt(case_.vocab.length);
  return inputLengths(case_, options).reduce(
    (total, length) => total + size ** BigInt(length - 1),
    0n,
  );
}

/**
 * All inputs, without BOS and PAD: the short ones first, those of one length in the order of a
 * counter whose last digit runs fastest.
 *
 * @throws InterpBenchError `E_DATA` beyond two million inputs
 */
export function enumerateInputs(case_: Case, options: LengthOptions = {}): RaspValue[][] {
  const total = countInputs(case_, options);
  if (total > MAX_ENUMERATED) {
    throw new InterpBenchError("E_DATA", `case "${case_.id}" has too many inputs to list`, {
      expected: `at most ${MAX_ENUMERATED}`,
      received: String(total),
      hint: "Sample them.",
    });
  }
  return inputLengths(case_, options).flatMap((length) => allRows(case_.vocab, length - 1));
}

function allRows(vocab: readonly RaspValue[], length: number): RaspValue[][] {
  let rows: RaspValue[][] = [[]];
  for (let i = 0; i < length; i++) {
    rows = rows.flatMap((row) => vocab.map((token) => [...row, token]));
  }
  return rows;
}
