import { slice } from "../engine/index.ts";
import { writtenAt } from "../transformer/index.ts";
import type { FrozenRuns } from "./capture.ts";
import type { ModelNode } from "./nodes.ts";
import { loadReadings } from "./readings.ts";
import { slices } from "./rows.ts";
import { valueNumbering } from "./value-numbering.ts";

/**
 * For each of some inputs the number of what a node of a frozen model writes: equal values, equal
 * numbers. `[row]`, 0 where a row was not asked for.
 */
export function numberNodeValues(
  runs: FrozenRuns,
  { hook, head }: ModelNode,
  rows: Uint32Array,
): Uint32Array {
  const at = writtenAt(runs.model.config, hook);
  const own = loadReadings({
    ...runs,
    capture: [at],
    read: ({ cache }) => {
      const written = cache.get(at)!;
      return { value: head === null ? written : slice(written, 1, head, head + 1) };
    },
  });
  const number = valueNumbering();
  const numbers = new Uint32Array(runs.tokens.length / runs.positions);
  for (const some of slices(rows)) {
    const values = own.run(some).value;
    const width = values.length / some.length;
    for (const [i, row] of some.entries()) {
      numbers[row] = number(values.subarray(i * width, (i + 1) * width));
    }
  }
  own.dispose();
  return numbers;
}
