import { runSteps, type Steps } from "../engine/index.ts";
import { describeValue, InterpBenchError, reasonOf } from "../errors/index.ts";
import { type RaspValue, showValues, valueKey } from "../rasp/index.ts";
import type { Case, CaseInputs, NumberedInputs } from "./case.ts";
import { isListed, isNumbered } from "./case-inputs.ts";
import type { Draws } from "./draws.ts";
import { rowParts } from "./row-parts.ts";
import { drawLength, type SampleRequest, uniformRow } from "./sampler.ts";

/** Which lengths inputs have. */
export interface LengthOptions {
  /** All lengths from `minSeqLen` to `maxSeqLen`, with PAD behind; default false: the longest only. */
  readonly variableLength?: boolean;
}

/** The largest space of sequences that is gone through. */
const MAX_ENUMERATED = 2_000_000n;

/** How many sequences are drawn for one that is an input, on average, before it is given up. */
const DRAWS_PER_INPUT = 1000;

/** The lengths of inputs, BOS included. */
export function inputLengths(
  { minSeqLen, maxSeqLen }: Case,
  { variableLength = false }: LengthOptions = {},
): number[] {
  const shortest = variableLength ? minSeqLen : maxSeqLen;
  return Array.from({ length: maxSeqLen - shortest + 1 }, (_, i) => shortest + i);
}

/** Whether all inputs can be listed ({@link enumerateInputs}): a list, or at most two million to go through. */
export function areEnumerable(case_: Case, options: LengthOptions = {}): boolean {
  return isListed(case_.inputs) || countCandidates(case_, options) <= MAX_ENUMERATED;
}

/** How many sequences there are to go through: numbered inputs, or all sequences of tokens. */
function countCandidates(case_: Case, options: LengthOptions): bigint {
  return isNumbered(case_.inputs) ? countInputs(case_) : countSequences(case_, options);
}

/** How many sequences of tokens there are: Σ |vocab|^(length − 1). */
function countSequences(case_: Case, options: LengthOptions): bigint {
  const size = BigInt(case_.vocab.length);
  return inputLengths(case_, options).reduce(
    (total, length) => total + size ** BigInt(length - 1),
    0n,
  );
}

/**
 * How many different inputs a case has: all sequences of tokens, or those that it names. Of
 * sequences that have to pass a test and are too many to be tried, the number of sequences.
 */
export function countInputs(case_: Case, options: LengthOptions = {}): bigint {
  if (isNumbered(case_.inputs)) return BigInt(case_.inputs.count);
  const sequences = countSequences(case_, options);
  const isCounted = isListed(case_.inputs) || sequences <= MAX_ENUMERATED;
  if (case_.inputs === undefined || !isCounted) return sequences;
  return BigInt(namedInputs(case_, case_.inputs, options).length);
}

/**
 * All inputs, without BOS and PAD: the short ones first, those of one length in the order of a
 * counter whose last digit runs fastest; listed ones as they are listed.
 *
 * @throws InterpBenchError `E_DATA` beyond two million sequences of tokens
 */
export function enumerateInputs(case_: Case, options: LengthOptions = {}): RaspValue[][] {
  if (!areEnumerable(case_, options)) {
    throw new InterpBenchError("E_DATA", `case "${case_.id}" has too many inputs to list`, {
      expected: `at most ${MAX_ENUMERATED}`,
      received: String(countCandidates(case_, options)),
      hint: "Sample them.",
    });
  }
  if (isNumbered(case_.inputs)) return everyInput(case_.inputs);
  if (case_.inputs !== undefined) {
    return namedInputs(case_, case_.inputs, options).map((row) => [...row]);
  }
  return inputLengths(case_, options).flatMap((length) => [...sequences(case_.vocab, length - 1)]);
}

const everyInput = ({ count, at }: NumberedInputs): RaspValue[][] =>
  Array.from({ length: count }, (_, number) => [...at(number)]);

/** Whether a sequence of tokens of the vocabulary, without BOS, is an input of the case. */
export function isInput(case_: Case, sequence: readonly RaspValue[]): boolean {
  const { inputs } = case_;
  if (inputs === undefined) return true;
  if (isNumbered(inputs)) return inputs.has(sequence);
  return isListed(inputs) ? listedKeys(inputs).has(valueKey(sequence)) : passes(case_, sequence);
}

/**
 * Draws inputs by the sampler of the case; without one tokens are independent and uniform, and
 * inputs that the case names are equally likely.
 *
 * @throws InterpBenchError `E_DATA` if the sampler gives something else than so many inputs, or if
 *   hardly any sequence passes the test of the case
 */
export function sampleInputs(case_: Case, draws: Draws, request: SampleRequest): RaspValue[][] {
  return runSteps(samplingSteps(case_, draws, request));
}

/** {@link sampleInputs} in steps: a sampler of the case is one. */
export function* samplingSteps(
  case_: Case,
  draws: Draws,
  request: SampleRequest,
): Steps<RaspValue[][]> {
  const { sampler } = case_;
  if (sampler !== undefined) return sampledRows(case_, sampler(draws, request), request);
  const { count } = request;
  const draw = rowDrawer(case_, draws, request);
  const rows = new Array<RaspValue[]>(count);
  for (const { start, end } of rowParts(count, request.maxSeqLen)) {
    for (let i = start; i < end; i++) rows[i] = draw(i);
    yield end / count;
  }
  return rows;
}

/** What draws input number i of a case without a sampler. */
function rowDrawer(
  case_: Case,
  draws: Draws,
  request: SampleRequest,
): (number: number) => RaspValue[] {
  const { inputs } = case_;
  const uniform = () => uniformRow(draws, drawLength(draws, request), request.vocab);
  if (inputs === undefined) return uniform;
  if (isNumbered(inputs)) return () => [...inputs.at(draws.integer(0, inputs.count - 1))];
  const options = { variableLength: request.minSeqLen < request.maxSeqLen };
  if (isListed(inputs) || countSequences(case_, options) <= MAX_ENUMERATED) {
    const all = namedInputs(case_, inputs, options);
    return () => [...draws.choice(all)];
  }
  let tries = 0;
  return (number) => {
    while (tries < DRAWS_PER_INPUT * Math.max(request.count, 100)) {
      tries++;
      const row = uniform();
      if (passes(case_, row)) return row;
    }
    throw new InterpBenchError("E_DATA", `hardly any sequence is an input of case "${case_.id}"`, {
      at: "inputs",
      expected: `one of ${DRAWS_PER_INPUT}`,
      received: `${number} of ${tries} random ones`,
      hint: "Give a sampler that draws inputs, or list them.",
    });
  };
}

/** An input to try a case with: one that the case names, or some tokens of its vocabulary. */
export function exampleInput(case_: Case): readonly RaspValue[] {
  const { inputs, vocab, maxSeqLen } = case_;
  if (isNumbered(inputs)) return inputs.at(0);
  if (isListed(inputs)) return inputs[0]!;
  return vocab.slice(-Math.min(4, maxSeqLen - 1));
}

/** What a sampler gave, if it is what it was asked for. */
function sampledRows(case_: Case, rows: unknown, { count }: SampleRequest): RaspValue[][] {
  const refuse = (expected: string, received: string) =>
    new InterpBenchError("E_DATA", `the sampler of case "${case_.id}" does not draw inputs`, {
      at: "sampler",
      expected,
      received,
    });
  const isList = Array.isArray(rows) && rows.length === count && rows.every(Array.isArray);
  if (!isList) throw refuse(`an array of ${count} arrays of tokens`, describeValue(rows));
  const wrong = (rows as RaspValue[][]).find((row) => !isInput(case_, row));
  if (wrong !== undefined) throw refuse("inputs of the case", showValues(wrong, wrong.length));
  return rows;
}

/** A list, or a test. */
type SearchedInputs = Exclude<CaseInputs, NumberedInputs>;

/**
 * Goes through all sequences of a case whose inputs are those that pass a test, unless they are too many:
 * whatever asks for the inputs afterwards has them at once.
 */
export function* findInputs(case_: Case, options: LengthOptions = {}): Steps<void> {
  const { inputs } = case_;
  const isTested = inputs !== undefined && !isNumbered(inputs) && !isListed(inputs);
  if (!isTested || countSequences(case_, options) > MAX_ENUMERATED) return;
  yield* namedSteps(case_, inputs, options);
}

function namedInputs(case_: Case, inputs: SearchedInputs, options: LengthOptions) {
  return runSteps(namedSteps(case_, inputs, options));
}

/** The inputs that a case names, by length. Gone through once for each case. */
function* namedSteps(
  case_: Case,
  inputs: SearchedInputs,
  { variableLength = false }: LengthOptions,
): Steps<readonly (readonly RaspValue[])[]> {
  const known = NAMED.get(case_) ?? new Map<boolean, readonly (readonly RaspValue[])[]>();
  NAMED.set(case_, known);
  const found =
    known.get(variableLength) ?? (yield* searchSteps(case_, inputs, { variableLength }));
  known.set(variableLength, found);
  if (found.length > 0) return found;
  throw new InterpBenchError("E_DATA", `case "${case_.id}" has no inputs`, {
    at: "inputs",
    expected: `at least one of ${case_.maxSeqLen - 1} tokens`,
    received: "none",
    hint: "Inputs come without BOS, which maxSeqLen counts.",
  });
}

const NAMED = new WeakMap<Case, Map<boolean, readonly (readonly RaspValue[])[]>>();

/** Sequences that are tried in one step. */
const TRIED = 1024;

function* searchSteps(
  case_: Case,
  inputs: SearchedInputs,
  options: LengthOptions,
): Steps<RaspValue[][]> {
  const lengths = inputLengths(case_, options).map((length) => length - 1);
  const rows: RaspValue[][] = [];
  if (isListed(inputs)) {
    for (const row of inputs) if (lengths.includes(row.length)) rows.push([...row]);
    return rows;
  }
  const all = Number(countSequences(case_, options));
  let tried = 0;
  for (const length of lengths) {
    for (const row of sequences(case_.vocab, length)) {
      if (passes(case_, row)) rows.push(row);
      if (++tried % TRIED === 0) yield tried / all;
    }
  }
  return rows;
}

const KEYS = new WeakMap<object, ReadonlySet<unknown>>();

function listedKeys(inputs: readonly (readonly RaspValue[])[]): ReadonlySet<unknown> {
  const known = KEYS.get(inputs) ?? new Set(inputs.map(valueKey));
  KEYS.set(inputs, known);
  return known;
}

/** What the test of a case says of a sequence. `E_CASE` if it throws or gives no truth value. */
function passes({ id, inputs }: Case, sequence: readonly RaspValue[]): boolean {
  const refuse = (received: string, cause?: unknown) =>
    new InterpBenchError("E_CASE", `the test for inputs of case "${id}" does not work`, {
      at: `inputs(${showValues(sequence, sequence.length)})`,
      expected: "true or false",
      received,
      cause,
    });
  let answer: unknown;
  try {
    answer = (inputs as (input: readonly RaspValue[]) => unknown)(sequence);
  } catch (cause) {
    throw refuse(reasonOf(cause), cause);
  }
  if (typeof answer === "boolean") return answer;
  throw refuse(describeValue(answer));
}

/** All sequences of a length, in the order of a counter whose last digit runs fastest. */
function* sequences(vocab: readonly RaspValue[], length: number): Generator<RaspValue[]> {
  const digits = new Array<number>(length).fill(0);
  for (;;) {
    yield digits.map((digit) => vocab[digit]!);
    let place = length - 1;
    while (place >= 0 && digits[place] === vocab.length - 1) digits[place--] = 0;
    if (place < 0) return;
    digits[place]! += 1;
  }
}
