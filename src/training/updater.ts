import type { Batch } from "./batches.ts";
import {
  loadTermUpdate,
  type PreparedUpdate,
  type UpdateResult,
  type UpdateSpec,
} from "./term-update.ts";
import type { Term } from "./terms.ts";

/** The updates that a batch is used for, ready to run. */
export interface Updater {
  /**
   * Runs the updates of some batches one after the other, in one call; the first is Adam's step number
   * `step` (from 1 on). Returns each batch's results.
   */
  run(batches: readonly Batch[], step: number, learningRate: number): UpdateResult[][];
  dispose(): void;
}

/** Loads updates: each on some terms, of the weights that the one before it left. */
export function loadUpdater(spec: UpdateSpec, updates: readonly (readonly Term[])[]): Updater {
  const { backend } = spec;
  const loaded = updates.map((terms) => loadTermUpdate(spec, terms));
  return {
    run: (batches, step, learningRate) => {
      const prepared: PreparedUpdate[] = [];
      try {
        for (const batch of batches) {
          for (const update of loaded) {
            prepared.push(update.prepare(batch, step + prepared.length, learningRate));
          }
        }
        const outputs = backend.runAll(prepared.flatMap(({ runs }) => runs));
        let end = 0;
        const results = prepared.map(({ runs, read }) => {
          end += runs.length;
          return read(outputs[end - 1]!);
        });
        const count = loaded.length;
        return batches.map((_, i) => results.slice(i * count, (i + 1) * count));
      } finally {
        for (const update of prepared) update.dispose();
      }
    },
    dispose: () => {
      for (const update of loaded) update.dispose();
    },
  };
}
