import { describeValue, InterpBenchError, unknownNameError } from "../errors/index.ts";
import { partSteps, runSteps, type Steps } from "../interventions/index.ts";
import { isRaspValue, type RaspValue, showSequence } from "../rasp/index.ts";
import type { Key } from "../rng/index.ts";
import type { Case } from "./case.ts";
import { type Dataset, datasetSteps, inputTokens, selectionSteps, tokenRow } from "./dataset.ts";
import { type Draws, drawsFromKey } from "./draws.ts";
import { mergeSteps } from "./duplicates.ts";
import { type DataOptions, drawingSteps } from "./generate-data.ts";
import { countInputs, findInputs, isInput, type LengthOptions } from "./input-space.ts";
import { rowParts } from "./row-parts.ts";
import type { Corruption } from "./sampler.ts";

/** Which corrupted inputs to make. */
export interface CorruptionOptions extends Omit<DataOptions, "size" | "distinct"> {
  /** A way of corrupting inputs that the case names; default its first. */
  readonly corruption?: string | undefined;
}

/** How often a corrupted row is drawn again because it equals its clean row: row for row, and then shuffled. */
const REDRAWS = 100;

/**
 * Corrupted inputs: row i is another input to compare row i of `clean` with.
 *
 * - If the case says how an input is corrupted, that is done with each; of several ways it is the
 *   first, or `corruption`.
 * - If `clean` lists every input of the space once, they are the same inputs in another order, with
 *   no input in its own place.
 * - Otherwise they are drawn like clean ones, with another key; where a row equals its clean row it
 *   is drawn again, up to 100 times, and then up to 100 times from any row of twice as many: a sampler
 *   that draws rows of several kinds may know a single one for that row.
 *
 * A row stays equal to its clean row only if the case has a single input or draws no other one.
 * `multiplicity` is that of the clean rows: it counts pairs. `E_CASE` for a `corruption` that the case
 * does not have.
 */
export function corruptData(case_: Case, clean: Dataset, options: CorruptionOptions): Dataset {
  return runSteps(corruptDataSteps(case_, clean, options));
}

/** {@link corruptData} in steps, as {@link generateDataSteps} goes about it. */
export function* corruptDataSteps(
  case_: Case,
  clean: Dataset,
  { key, corruption: name, ...lengths }: CorruptionOptions,
): Steps<Dataset> {
  const corruption = key.fold("corrupted");
  const { count, multiplicity } = clean;
  const corrupt = corruptionOf(case_, name);
  if (corrupt !== undefined) {
    const changed = yield* partSteps(corruptingSteps(case_, corrupt, clean, corruption), 0, 0.5);
    const data = yield* partSteps(datasetSteps(case_, changed), 0.5, 1);
    return Object.freeze({ ...data, multiplicity });
  }
  yield* partSteps(findInputs(case_, lengths), 0, 0.1);
  if (yield* partSteps(listsEveryInput(case_, clean, lengths), 0.1, 0.5)) {
    const order = cyclicOrder(corruption.permutation(count));
    const data = yield* partSteps(selectionSteps(clean, order), 0.5, 1);
    return Object.freeze({ ...data, multiplicity });
  }
  const options = { ...lengths, size: count };
  const drawing = drawingSteps(case_, options, corruption.fold("rows"));
  const drawn = yield* partSteps(drawing, 0.5, 0.7);
  const ordered = yield* partSteps(datasetSteps(case_, drawn), 0.7, 0.8);
  const order = corruption.fold("order").permutation(count);
  let rows = yield* partSteps(selectionSteps(ordered, order), 0.8, 0.9);
  for (let attempt = 0; attempt < 2 * REDRAWS; attempt++) {
    const equal = rowsInCommon(clean, rows);
    if (equal.length === 0) break;
    const draw = attempt < REDRAWS ? drawingSteps : shuffledSteps;
    const again = draw(case_, options, corruption.fold("again").fold(attempt));
    const done = 1 - 0.1 / (attempt + 2);
    const spare = yield* partSteps(again, 1 - 0.1 / (attempt + 1), done);
    const changed = rows.inputs.map(inputTokens);
    for (const row of equal) changed[row] = spare[row]!;
    rows = yield* partSteps(datasetSteps(case_, changed), done, done);
  }
  return Object.freeze({ ...rows, multiplicity });
}

/** So many of twice as many inputs, in random order. */
function* shuffledSteps(
  case_: Case,
  { size, ...lengths }: Omit<DataOptions, "key">,
  key: Key,
): Steps<RaspValue[][]> {
  const rows = yield* drawingSteps(case_, { ...lengths, size: 2 * size }, key);
  const order = key.fold("order").permutation(2 * size);
  return Array.from({ length: size }, (_, row) => rows[order[row]!]!);
}

function corruptionOf({ id, corrupt, corruptions }: Case, name: string | undefined) {
  if (name === undefined) return corrupt;
  if (Object.hasOwn(corruptions, name)) return corruptions[name];
  throw unknownNameError("E_CASE", `corruption of case "${id}"`, name, Object.keys(corruptions));
}

function* corruptingSteps(
  case_: Case,
  corrupt: Corruption,
  { inputs, count, positions }: Dataset,
  key: Key,
): Steps<(readonly RaspValue[])[]> {
  const rows = new Array<readonly RaspValue[]>(count);
  const write = (row: number) => {
    const draws = drawsFromKey(key.fold("row").fold(row));
    rows[row] = corruptedRow(case_, corrupt, draws, inputTokens(inputs[row]!));
  };
  for (const { start, end } of rowParts(count, positions)) {
    for (let row = start; row < end; row++) write(row);
    yield end / count;
  }
  return rows;
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

function* listsEveryInput(case_: Case, clean: Dataset, lengths: LengthOptions): Steps<boolean> {
  if (clean.count <= 1 || countInputs(case_, lengths) !== BigInt(clean.count)) return false;
  return (yield* mergeSteps(clean)).count === clean.count;
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
