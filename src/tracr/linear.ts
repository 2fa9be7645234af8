import { InterpBenchError } from "../errors/index.ts";
import type { Direction } from "./direction.ts";
import { positionOf, type Space, sizeOf, spanOf } from "./space.ts";

/** The largest number of entries of a matrix, and of all weights of a transformer: 1 GiB. */
const MAX_ENTRIES = 2 ** 27;

/** A linear map `y = x·M` of row vectors. */
export interface LinearMap {
  readonly input: Space;
  readonly output: Space;
  /** `M`, row-major `[input, output]`. */
  readonly matrix: Float64Array;
}

/** One entry of a matrix: from (or left), to (or right), value. */
export type Entry = readonly [from: Direction, to: Direction, value: number];

/** The linear map with the given entries; the other ones are 0, and repeated ones add up. */
export function linearMap(input: Space, output: Space, entries: Iterable<Entry>): LinearMap {
  const width = sizeOf(output);
  checkEntries(sizeOf(input) * width, "a matrix");
  const matrix = new Float64Array(sizeOf(input) * width);
  for (const [from, to, value] of entries) {
    matrix[positionOf(input, from) * width + positionOf(output, to)]! += value;
  }
  return Object.freeze({ input, output, matrix });
}

/**
 * Refuses what would not fit in memory.
 *
 * @throws InterpBenchError `E_TRACR_SIZE`
 */
export function checkEntries(entries: number, what: string): void {
  if (entries <= MAX_ENTRIES) return;
  throw new InterpBenchError("E_TRACR_SIZE", `the program is too large: ${what} does not fit`, {
    expected: `at most ${MAX_ENTRIES} numbers`,
    received: `${entries} numbers`,
    hint: "Use a smaller vocabulary, shorter sequences or a shallower program.",
  });
}

/** The entries of a map other than 0, row by row. */
export function* entriesOf({ input, output, matrix }: LinearMap): Generator<Entry> {
  for (const [i, from] of input.directions.entries()) {
    for (const [j, to] of output.directions.entries()) {
      const value = matrix[i * sizeOf(output) + j]!;
      if (value !== 0) yield [from, to, value];
    }
  }
}

/**
 * Several maps side by side, as one map on the spans of their inputs and outputs. Where two share
 * an input and an output direction their entries add up.
 */
export function inParallel(maps: readonly LinearMap[]): LinearMap {
  const input = spanOf(maps.map((map) => map.input));
  const output = spanOf(maps.map((map) => map.output));
  const entries = function* () {
    for (const map of maps) yield* entriesOf(map);
  };
  return linearMap(input, output, entries());
}
