import { InterpBenchError } from "../errors/index.ts";
import { partSteps, runSteps, type Steps } from "../interventions/index.ts";
import { type Dataset, LARGEST_COUNT, selectionSteps } from "./dataset.ts";
import { rowParts } from "./row-parts.ts";

/** For each row the first row with the same tokens, `[row]`. */
export function firstOccurrences(dataset: Dataset): Uint32Array {
  return runSteps(occurrenceSteps(dataset));
}

/** {@link firstOccurrences} in steps. */
export function* occurrenceSteps({ tokens, count, positions }: Dataset): Steps<Uint32Array> {
  // Open addressing: a slot holds 1 + the first row of its tokens, 0 while it is free.
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
  const mask = slots.length - 1;
  const first = new Uint32Array(count);
  const find = (row: number) => {
    const at = row * positions;
    let slot = hash(tokens, at, positions) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (isSame(tokens, (slots[slot]! - 1) * positions, at, positions)) break;
    }
    if (slots[slot] === 0) slots[slot] = row + 1;
    return slots[slot]! - 1;
  };
  for (const { start, end } of rowParts(count, positions)) {
    for (let row = start; row < end; row++) first[row] = find(row);
    yield end / count;
  }
  return first;
}

/** 32 bits, each of which depends on every value. */
function hash(values: Int32Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    sum = Math.imul(sum ^ values[i]!, 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  return sum;
}

function isSame(values: Int32Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (values[a + i] !== values[b + i]) return false;
  return true;
}

/**
 * The dataset with equal rows merged into the first of them; their multiplicities add up. `E_DATA` if
 * a sum exceeds 2³² − 1.
 */
export function mergeDuplicates(dataset: Dataset): Dataset {
  return runSteps(mergeSteps(dataset));
}

/** {@link mergeDuplicates} in steps. */
export function* mergeSteps(dataset: Dataset): Steps<Dataset> {
  const first = yield* partSteps(occurrenceSteps(dataset), 0, 0.5);
  const total = new Float64Array(dataset.count);
  for (let row = 0; row < first.length; row++) total[first[row]!]! += dataset.multiplicity[row]!;
  const kept = first.filter((original, row) => original === row);
  if (kept.length === dataset.count) return dataset;
  const odd = kept.find((row) => total[row]! > LARGEST_COUNT);
  if (odd !== undefined) {
    throw new InterpBenchError("E_DATA", "equal rows stand for too many draws", {
      at: `row ${odd}`,
      expected: `at most ${LARGEST_COUNT} together`,
      received: String(total[odd]),
    });
  }
  const multiplicity = Uint32Array.from(kept, (row) => total[row]!);
  const merged = yield* partSteps(selectionSteps(dataset, kept), 0.5, 1);
  return Object.freeze({ ...merged, multiplicity });
}
