import { InterpBenchError, reasonOf } from "../errors/index.ts";
import type { RaspValue, Sequence } from "../rasp/index.ts";
import { Key } from "../rng/index.ts";

/** Which sequences of tokens a program is for, without BOS: a list of them, or a test. */
export type ProgramInputs = readonly Sequence[] | ((input: Sequence) => boolean);

/** What inputs are chosen from. */
export interface InputDomain {
  readonly vocab: readonly RaspValue[];
  /** The longest input, without BOS. */
  readonly maxSeqLen: number;
  /** The inputs the program is for; `undefined` for all of the vocabulary up to that length. */
  readonly inputs: ProgramInputs | undefined;
}

/** So many inputs are examined at most. */
const MAX_INPUTS = 2000;
/** Of so many lengths at most, if they are not all examined. */
const MAX_LENGTHS = 12;
/** So many random inputs of each length. */
const RANDOM_ROWS = 60;
/** So many random inputs for one that passes the test of a program. */
const TRIES = 50;

/** Steps of work that examining a program may take: about a second. */
const BUDGET = 3e8;
/** Lengths of which not even so many inputs can be afforded are left out. */
const FEWEST_INPUTS = 24;

/**
 * The inputs on which a compiled program is examined, the shortest first: those that are listed; all
 * there are if they are at most 2000; else for up to twelve lengths constant, two-part, periodic and
 * sorted inputs and 60 random ones, those that pass the test if there is one. Of these so many,
 * evenly spread, as can be afforded.
 *
 * @param costOf the steps of work that an input of some length takes
 */
export function examinedInputs(
  { vocab, maxSeqLen, inputs }: InputDomain,
  costOf: (length: number) => number,
): readonly Sequence[] {
  const isAffordable = (length: number) => costOf(length) <= BUDGET / FEWEST_INPUTS;
  const rows =
    inputs === undefined || typeof inputs === "function"
      ? chosenInputs(vocab, range(maxSeqLen).filter(isAffordable), inputs)
      : spread(inputs, MAX_INPUTS).filter((row) => isAffordable(row.length));
  const cost = rows.reduce((sum, row) => sum + costOf(row.length), 0);
  const count = Math.floor(rows.length * Math.min(1, BUDGET / Math.max(1, cost)));
  return spread(rows, Math.min(count, MAX_INPUTS)).toSorted((a, b) => a.length - b.length);
}

/** 1 … n */
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

function chosenInputs(
  vocab: readonly RaspValue[],
  lengths: readonly number[],
  test: ((input: Sequence) => boolean) | undefined,
): readonly Sequence[] {
  const passes = (row: Sequence) => {
    try {
      return test === undefined || test(row);
    } catch (cause) {
      throw new InterpBenchError("E_TRACR_OPTION", "the test of inputs throws", {
        at: "inputs",
        expected: "true or false for every sequence of tokens",
        received: reasonOf(cause),
        cause,
      });
    }
  };
  if (lengths.reduce((sum, n) => sum + vocab.length ** n, 0) <= MAX_INPUTS) {
    return lengths.flatMap((length) => allRows(vocab, length)).filter(passes);
  }
  const tries = test === undefined ? 1 : TRIES;
  return spread(lengths.toReversed(), MAX_LENGTHS).flatMap((length) => {
    if (vocab.length ** length <= RANDOM_ROWS * tries) {
      return allRows(vocab, length).filter(passes);
    }
    const random = randomRows(vocab, length, RANDOM_ROWS * tries).filter(passes);
    return [...patternedRows(vocab, length).filter(passes), ...random.slice(0, RANDOM_ROWS)];
  });
}

/** All sequences of one length. */
function allRows(vocab: readonly RaspValue[], length: number): Sequence[] {
  let rows: Sequence[] = [[]];
  for (let i = 0; i < length; i++) rows = rows.flatMap((row) => vocab.map((t) => [...row, t]));
  return rows;
}

/** Inputs that random ones hardly ever are. */
function patternedRows(vocab: readonly RaspValue[], length: number): Sequence[] {
  const row = (token: (i: number) => RaspValue) => Array.from({ length }, (_, i) => token(i));
  const few = spread(vocab, 4);
  const pairs = few.flatMap((a) => few.filter((b) => b !== a).map((b) => [a, b] as const));
  const cuts = [...new Set([1, Math.floor(length / 2), length - 1])];
  return [
    ...few.map((a) => row(() => a)),
    ...pairs.flatMap(([a, b]) => cuts.map((cut) => row((i) => (i < cut ? a : b)))),
    ...pairs.map(([a, b]) => row((i) => (i % 2 === 0 ? a : b))),
    ...pairs.map(([a, b]) => row((i) => (i === Math.floor(length / 2) ? a : b))),
    row((i) => vocab[i % vocab.length]!),
    row((i) => vocab[vocab.length - 1 - (i % vocab.length)]!),
    row((i) => vocab[Math.floor((i * vocab.length) / length)]!),
    row((i) => vocab[Math.floor(((length - 1 - i) * vocab.length) / length)]!),
  ];
}

/** The same ones each time: independent, uniform tokens. */
function randomRows(vocab: readonly RaspValue[], length: number, count: number): Sequence[] {
  const tokens = Key.fromSeed(1)
    .fold("examined")
    .fold(length)
    .choices(vocab, count * length);
  return Array.from({ length: count }, (_, i) => tokens.slice(i * length, (i + 1) * length));
}

/** At most so many items, evenly spread from the first one on. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, items.length / count);
  return Array.from(
    { length: Math.min(count, items.length) },
    (_, i) => items[Math.floor(i * step)]!,
  );
}
