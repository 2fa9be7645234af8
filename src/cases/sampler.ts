import type { RaspValue } from "../rasp/index.ts";
import type { Draws } from "./draws.ts";

/** What is to be drawn. */
export interface SampleRequest {
  /** The number of rows. */
  readonly count: number;
  /** The shortest and the longest row, BOS included. */
  readonly minSeqLen: number;
  readonly maxSeqLen: number;
  /** The tokens, sorted. */
  readonly vocab: readonly RaspValue[];
}

/** What a sampler of the case is asked for: full length, unless lengths vary. */
export function sampleRequest(
  { vocab, minSeqLen, maxSeqLen }: Omit<SampleRequest, "count">,
  count: number,
  variableLength = false,
): SampleRequest {
  return { count, vocab, maxSeqLen, minSeqLen: variableLength ? minSeqLen : maxSeqLen };
}

/** Draws input rows, without BOS and PAD. */
export type Sampler = (draws: Draws, request: SampleRequest) => RaspValue[][];

/**
 * Makes the input that one is compared with, without BOS and PAD and of the same length: it should
 * differ in what the answer depends on, and in nothing else.
 */
export type Corruption = (draws: Draws, input: readonly RaspValue[]) => RaspValue[];

/** The length of one row without BOS; all from the shortest to the longest are equally likely. */
export function drawLength(draws: Draws, { minSeqLen, maxSeqLen }: SampleRequest): number {
  return draws.integer(minSeqLen, maxSeqLen) - 1;
}

/** Rows of independent tokens, all equally likely: how most cases are sampled. */
export const uniformSampler: Sampler = (draws, request) =>
  Array.from({ length: request.count }, () =>
    draws.tokens(request.vocab, drawLength(draws, request)),
  );

/** One row of a known kind; `length` counts without BOS. */
export type RowSampler = (draws: Draws, length: number, vocab: readonly RaspValue[]) => RaspValue[];

/** A row of {@link uniformSampler}. */
export const uniformRow: RowSampler = (draws, length, vocab) => draws.tokens(vocab, length);

/**
 * Half of the rows (rounded down) of one kind, then the others: how tests for a property are
 * balanced between inputs that have it and inputs that do not.
 */
export function halfAndHalf(first: RowSampler, second: RowSampler): Sampler {
  return (draws, request) =>
    Array.from({ length: request.count }, (_, i) => {
      const length = drawLength(draws, request);
      const row = i < Math.floor(request.count / 2) ? first : second;
      return row(draws, length, request.vocab);
    });
}
