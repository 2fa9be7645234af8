import { runSteps, type Steps } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { type RaspValue, showValue, showValues } from "../rasp/index.ts";
import { BOS, type Case, PAD } from "./case.ts";
import { rowParts } from "./row-parts.ts";
import { tokenIds } from "./token-ids.ts";

/** Multiplicities are kept in 32 bits. */
export const LARGEST_COUNT = 2 ** 32 - 1;

/** Inputs of a case, as values and as token ids. Immutable. */
export interface Dataset {
  /** `[row][pos]`: BOS, the tokens, PAD up to the common length. */
  readonly inputs: readonly (readonly RaspValue[])[];
  /** The same as ids, row-major `[row, pos]`. */
  readonly tokens: Int32Array;
  /** The number of rows. */
  readonly count: number;
  /** The length of every row. */
  readonly positions: number;
  /** How many draws a row stands for, `[row]`: its weight wherever rows are counted. */
  readonly multiplicity: Uint32Array;
}

/**
 * The dataset of rows without BOS and PAD: BOS is put in front, PAD behind, up to `maxSeqLen`.
 *
 * @param multiplicity whole numbers from 1 to 2³² − 1; default 1 for every row
 * @throws InterpBenchError `E_DATA` for tokens outside the vocabulary, rows that are empty or
 *   too long, and impossible multiplicities, naming the row
 */
export function makeDataset(
  case_: Case,
  rows: readonly (readonly RaspValue[])[],
  multiplicity?: ArrayLike<number>,
): Dataset {
  return runSteps(datasetSteps(case_, rows, multiplicity));
}

/** {@link makeDataset} in steps. */
export function* datasetSteps(
  case_: Case,
  rows: readonly (readonly RaspValue[])[],
  multiplicity: ArrayLike<number> = new Uint32Array(rows.length).fill(1),
): Steps<Dataset> {
  assertMultiplicity(case_, multiplicity, rows.length);
  const count = rows.length;
  const positions = case_.maxSeqLen;
  const { bosId, padId, idOf } = tokenIds(case_);
  const tokens = new Int32Array(count * positions).fill(padId ?? bosId);
  const inputs = new Array<readonly RaspValue[]>(count);
  const shortest = padId === undefined ? positions - 1 : 1;
  const write = (row: readonly RaspValue[], r: number) => {
    if (row.length < shortest || row.length >= positions) {
      const lengths = shortest === 1 ? `1 to ${positions - 1}` : `${shortest}`;
      throw dataError(case_, r, `${lengths} tokens (BOS is added)`, `${row.length} tokens`);
    }
    const input = new Array<RaspValue>(positions);
    input[0] = BOS;
    tokens[r * positions] = bosId;
    for (let i = 0; i < row.length; i++) {
      const token = row[i]!;
      const id = idOf(token);
      if (id === undefined) {
        throw dataError(case_, r, `tokens from ${showValues(case_.vocab, 40)}`, showValue(token));
      }
      tokens[r * positions + 1 + i] = id;
      input[1 + i] = token;
    }
    inputs[r] = Object.freeze(input.fill(PAD, 1 + row.length));
  };
  for (const { start, end } of rowParts(count, positions)) {
    for (let r = start; r < end; r++) write(rows[r]!, r);
    yield end / count;
  }
  return Object.freeze({
    inputs: Object.freeze(inputs),
    tokens,
    count,
    positions,
    multiplicity: Uint32Array.from(multiplicity),
  });
}

function assertMultiplicity(case_: Case, multiplicity: ArrayLike<number>, rows: number): void {
  if (multiplicity.length !== rows) {
    throw dataError(
      case_,
      Math.min(rows, multiplicity.length),
      `${rows} multiplicities`,
      `${multiplicity.length}`,
    );
  }
  for (let row = 0; row < rows; row++) {
    const count = multiplicity[row]!;
    if (Number.isInteger(count) && count >= 1 && count <= LARGEST_COUNT) continue;
    throw dataError(case_, row, `a multiplicity from 1 to ${LARGEST_COUNT}`, String(count));
  }
}

function dataError(case_: Case, row: number, expected: string, received: string) {
  return new InterpBenchError("E_DATA", `a row is no input of case "${case_.id}"`, {
    at: `row ${row}`,
    expected,
    received,
  });
}

/** The ids of one row `[pos]`, not copied. */
export function tokenRow({ tokens, positions }: Dataset, row: number): Int32Array {
  return tokens.subarray(row * positions, (row + 1) * positions);
}

/** The tokens of a row `[pos]` of values, without BOS and PAD. */
export function inputTokens(row: readonly RaspValue[]): RaspValue[] {
  return row.slice(1).filter((token) => token !== PAD);
}

/** These rows of a dataset, in this order; `multiplicity` stays with its row. */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  return runSteps(selectionSteps(dataset, rows));
}

/** {@link selectRows} in steps. */
export function* selectionSteps(dataset: Dataset, rows: ArrayLike<number>): Steps<Dataset> {
  const { positions } = dataset;
  const count = rows.length;
  const tokens = new Int32Array(count * positions);
  const inputs = new Array<readonly RaspValue[]>(count);
  const multiplicity = new Uint32Array(count);
  const copy = (row: number, r: number) => {
    const input = dataset.inputs[row];
    if (input === undefined) {
      throw new InterpBenchError("E_DATA", "the dataset has no such row", {
        expected: `a whole number below ${dataset.count}`,
        received: String(row),
      });
    }
    inputs[r] = input;
    multiplicity[r] = dataset.multiplicity[row]!;
    tokens.set(tokenRow(dataset, row), r * positions);
  };
  for (const { start, end } of rowParts(count, positions)) {
    for (let r = start; r < end; r++) copy(rows[r]!, r);
    yield end / count;
  }
  return Object.freeze({ inputs: Object.freeze(inputs), tokens, count, positions, multiplicity });
}
