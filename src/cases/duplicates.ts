import { InterpBenchError } from "../errors/index.ts";
import { type Dataset, LARGEST_COUNT, selectRows } from "./dataset.ts";

/** For each row the first row with the same tokens, `[row]`. */
export function firstOccurrences({ tokens, count, positions }: Dataset): Uint32Array {
  // Open addressing: a slot holds 1 + the first row of its tokens, 0 while it is free.
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
  const mask = slots.length - 1;
  const first = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const start = row * positions;
    let slot = hash(tokens, start, positions) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (isSame(tokens, (slots[slot]! - 1) * positions, start, positions)) break;
    }
    if (slots[slot] === 0) slots[slot] = row + 1;
    first[row] = slots[slot]! - 1;
  }
  return first;
}

/** The mixing of MurmurHash3, 32 bits. */
function hash(values: Int32Array, start: number, length: number): number {
  let sum = length;
  for (let i = start; i < start + length; i++) {
    const word = Math.imul(values[i]!, 0xcc9e2d51);
    sum ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    sum = (Math.imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64) | 0;
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return sum ^ (sum >>> 16);
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
  const first = firstOccurrences(dataset);
  const total = new Float64Array(dataset.count);
  for (const [row, original] of first.entries()) total[original]! += dataset.multiplicity[row]!;
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
  return Object.freeze({ ...selectRows(dataset, kept), multiplicity });
}
