import { describeValue, InterpBenchError, unknownNameError } from "../errors/index.ts";
import { isRaspValue, type RaspValue, showSequence } from "../rasp/index.ts";
import type { Key } from "../rng/index.ts";
import type { Case } from "./case.ts";
import { type Dataset, inputTokens, makeDataset, selectRows, tokenRow } from "./dataset.ts";
import { type Draws, drawsFromKey } from "./draws.ts";
import { mergeDuplicates } from "./duplicates.ts";
import {
  countInputs,
  enumerateInputs,
  isInput,
  type LengthOptions,
  sampleInputs,
} from "./input-space.ts";
import { type Corruption, sampleRequest } from "./sampler.ts";

/** Which inputs to make. */
export interface DataOptions extends LengthOptions {
  /** The one source of randomness. */
  readonly key: Key;
  /** How many inputs to draw; if there are no more than that, all are listed instead. */
  readonly size: number;
  /** Merge equal rows (see `multiplicity`); default true. With false exactly `size` rows are drawn. */
  readonly distinct?: boolean;
}

/**
 * Clean inputs of a case, in random order.
 *
 * A space of at most `size` inputs is listed completely, each input once. Otherwise `size` inputs
 * are drawn by the sampler of the case (default: tokens independent and uniform) and equal ones
 * merged, so that `count ≤ size` while the multiplicities add up to `size`.
 *
 * @throws InterpBenchError `E_DATA` unless `size` is a whole number of at least 1
 */
export function generateData(case_: Case, options: DataOptions): Dataset {
  const { key, size, distinct = true } = options;
  assertSize(size);
  if (countInputs(case_, options) <= BigInt(size)) {
    const all = makeDataset(case_, enumerateInputs(case_, options));
    return selectRows(all, key.fold("order").permutation(all.count));
  }
  const drawn = makeDataset(case_, drawRows(case_, options, key.fold("rows")));
  const shuffled = selectRows(drawn, key.fold("order").permutation(drawn.count));
  return distinct ? mergeDuplicates(shuffled) : shuffled;
}

/** Which corrupted inputs to make. */
export interface CorruptionOptions extends Omit<DataOptions, "size" | "distinct"> {
  /** A way of corrupting inputs that the case names; default its first. */
  readonly corruption?: string | undefined;
}

/** How often a corrupted row is drawn again because it equals its clean row. */
const REDRAWS = 100;

/**
 * Corrupted inputs: row i is another input to compare row i of `clean` with.
 *
 * - If the case says how an input is corrupted, that is done with each; of several ways it is the
 *   first, or `corruption`.
 * - If `clean` lists every input of the space once, they are the same inputs in another order, with
 *   no input in its own place.
 * - Otherwise they are drawn like clean ones, with another key; where a row equals its clean row it
 *   is drawn again, up to 100 times.
 *
 * A row stays equal to its clean row only if the case has a single input or draws no other one.
 * `multiplicity` is that of the clean rows: it counts pairs. `E_CASE` for a `corruption` that the case
 * does not have.
 */
export function corruptData(
  case_: Case,
  clean: Dataset,
  { key, corruption: name, ...lengths }: CorruptionOptions,
): Dataset {
  const corruption = key.fold("corrupted");
  const { count, multiplicity } = clean;
  const corrupt = corruptionOf(case_, name);
  if (corrupt !== undefined) {
    const changed = clean.inputs.map((row, i) =>
      corruptedRow(case_, corrupt, drawsFromKey(corruption.fold("row").fold(i)), inputTokens(row)),
    );
    return Object.freeze({ ...makeDataset(case_, changed), multiplicity });
  }
  if (listsEveryInput(case_, clean, lengths)) {
    const order = cyclicOrder(corruption.permutation(count));
    return Object.freeze({ ...selectRows(clean, order), multiplicity });
  }
  const options = { ...lengths, size: count };
  let rows = makeDataset(case_, drawRows(case_, options, corruption.fold("rows")));
  rows = selectRows(rows, corruption.fold("order").permutation(count));
  for (let attempt = 0; attempt < REDRAWS; attempt++) {
    const equal = rowsInCommon(clean, rows);
    if (equal.length === 0) break;
    const spare = drawRows(case_, options, corruption.fold("again").fold(attempt));
    const changed = rows.inputs.map(inputTokens);
    for (const row of equal) changed[row] = spare[row]!;
    rows = makeDataset(case_, changed);
  }
  return Object.freeze({ ...rows, multiplicity });
}

function corruptionOf({ id, corrupt, corruptions }: Case, name: string | undefined) {
  if (name === undefined) return corrupt;
  if (Object.hasOwn(corruptions, name)) return corruptions[name];
  throw unknownNameError("E_CASE", `corruption of case "${id}"`, name, Object.keys(corruptions));
}

/** What an input is corrupted to, if it is an input. `E_DATA` if not. */
function corruptedRow(
  case_: Case,
  corrupt: Corruption,
  draws: Draws,
  input: readonly RaspValue[],
): readonly RaspValue[] {
  const row: unknown = corrupt(draws, Object.freeze([...input]));
  const isRow = Array.isArray(row) && row.length === input.length && row.every(isRaspValue);
  if (isRow && isInput(case_, row)) return row;
  throw new InterpBenchError("E_DATA", `case "${case_.id}" corrupts an input to none`, {
    at: `corrupt, of ${showSequence(input)}`,
    expected: `an input of ${input.length} tokens`,
    received: isRow ? showSequence(row) : describeValue(row),
  });
}

function drawRows(
  case_: Case,
  { size, variableLength = false }: Pick<DataOptions, "size" | "variableLength">,
  key: Key,
): RaspValue[][] {
  return sampleInputs(case_, drawsFromKey(key), sampleRequest(case_, size, variableLength));
}

function listsEveryInput(case_: Case, clean: Dataset, lengths: LengthOptions): boolean {
  return (
    clean.count > 1 &&
    countInputs(case_, lengths) === BigInt(clean.count) &&
    mergeDuplicates(clean).count === clean.count
  );
}

/** Maps each element of a random order to the next one: a permutation that is one cycle. */
function cyclicOrder(order: ArrayLike<number>): Uint32Array {
  const next = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) next[order[i]!] = order[(i + 1) % order.length]!;
  return next;
}

function rowsInCommon(a: Dataset, b: Dataset): number[] {
  const isEqual = (row: number) => {
    const other = tokenRow(b, row);
    return tokenRow(a, row).every((token, i) => token === other[i]);
  };
  return Array.from({ length: a.count }, (_, row) => row).filter(isEqual);
}

function assertSize(size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new InterpBenchError("E_DATA", "no such number of inputs", {
    expected: "a whole number of at least 1",
    received: String(size),
  });
}
