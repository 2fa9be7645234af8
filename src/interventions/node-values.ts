import { slice } from "../engine/index.ts";
import { writtenAt } from "../transformer/index.ts";
import type { FrozenRuns } from "./capture.ts";
import type { ModelNode } from "./nodes.ts";
import { loadReadings } from "./readings.ts";
import { slices } from "./rows.ts";
import { valueNumbering } from "./value-numbering.ts";

/** Numbers the values of a node on inputs: equal values, equal numbers, whenever they are asked for. */
export interface ValueNumbers {
  /** The numbers of the inputs with these rows. `[i]` */
  of(rows: Uint32Array): Uint32Array;
  dispose(): void;
}

/** Numbers what a node of a frozen model writes. */
export function numberNodeValues(runs: FrozenRuns, { hook, head }: ModelNode): ValueNumbers {
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
  return {
    of(rows: Uint32Array): Uint32Array {
      const numbers = new Uint32Array(rows.length);
      let done = 0;
      for (const some of slices(rows)) {
        const values = own.run(some).value;
        const width = values.length / some.length;
        for (let i = 0; i < some.length; i++) {
          numbers[done++] = number(values.subarray(i * width, (i + 1) * width));
        }
      }
      return numbers;
    },
    dispose: () => own.dispose(),
  };
}
